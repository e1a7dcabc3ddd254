using Backsnap.Domain.Backups;
using Backsnap.Domain.Claims;
using Backsnap.Domain.Tests.Schedules;
using FsCheck.Fluent;
using LanguageExt;
using NodaTime;
using Xunit.Abstractions;
using static LanguageExt.Prelude;

namespace Backsnap.Domain.Tests.Backups;

public sealed class SlotNameTests(ITestOutputHelper output)
{
    private static readonly Instant Slot = Instant.FromUtc(2026, 11, 22, 2, 30);

    private static ClaimRef Claim(string name) => new(NamespaceName.Trusted("shop"), name);

    [Fact]
    public void The_name_is_the_claim_and_the_slot_in_UTC() => Assert.Equal("orders-20261122-023000", SlotName.For(Claim("orders"), Slot));

    [Fact]
    public void Claims_that_differ_only_in_a_dot_have_slots_of_different_names() =>
        Assert.NotEqual(SlotName.For(Claim("orders.v2"), Slot), SlotName.For(Claim("orders-v2"), Slot));

    [Fact]
    public void The_longest_claim_names_fit_and_stay_different()
    {
        var (a, b) = (SlotName.For(Claim(new string('a', 252) + "1"), Slot), SlotName.For(Claim(new string('a', 252) + "2"), Slot));
        Assert.True(DnsName.IsLabel(a), a);
        Assert.NotEqual(a, b);
    }

    [Fact]
    public void The_annotation_reads_back_as_the_same_slot() => Laws.Hold(
        output, Gen.Choose(0, int.MaxValue).Select(second => Instant.FromUnixTimeSeconds(second)), slot => Assert.Equal(Some(slot), SlotName.Read(SlotName.Write(slot))));

    [Theory]
    [InlineData("")]
    [InlineData("yesterday")]
    [InlineData("2026-11-22")]
    public void An_annotation_that_is_no_instant_names_no_slot(string text) => Assert.Equal(Option<Instant>.None, SlotName.Read(text));
}
