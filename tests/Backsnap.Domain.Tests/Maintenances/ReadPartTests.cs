using Backsnap.Domain.Claims;
using Backsnap.Domain.Maintenances;
using Backsnap.Domain.Tests.Schedules;
using FsCheck.Fluent;
using NodaTime;
using Xunit.Abstractions;

namespace Backsnap.Domain.Tests.Maintenances;

/// <summary>The parts that checks read, and the names of scheduled maintenance.</summary>
public sealed class ReadPartTests(ITestOutputHelper output)
{
    [Fact]
    public void Reading_part_after_part_reads_each_once_before_any_again() => Laws.Hold(
        output, Gen.Choose(1, ReadPart.MostParts),
        of =>
        {
            var read = Enumerable.Range(1, of - 1).Aggregate(new List<ReadPart> { ReadPart.First(of) }, (parts, _) => [.. parts, parts[^1].Next(of)]);
            Assert.Equal(Enumerable.Range(1, of), read.Select(part => part.Number));
            Assert.Equal(1, read[^1].Next(of).Number);
        });

    [Fact]
    public void Another_division_begins_anew() => Assert.Equal("1/5", ReadPart.First(4).Next(4).Next(5).ToString());

    [Theory]
    [InlineData(0, "1/1")]
    [InlineData(257, "1/256")]
    public void There_are_no_more_parts_than_restic_can_tell_apart(int of, string first) => Assert.Equal(first, ReadPart.First(of).ToString());

    [Theory]
    [InlineData("1/1")]
    [InlineData("3/10")]
    [InlineData("256/256")]
    public void A_part_reads_back_as_it_was_written(string text) => Assert.Equal(text, ReadPart.Parse(text).Match(Right: part => part.ToString(), Left: why => why));

    [Theory]
    [InlineData("")]
    [InlineData("0/3")]
    [InlineData("4/3")]
    [InlineData("1/257")]
    [InlineData("10%")]
    [InlineData("-1/3")]
    [InlineData("1/2/3")]
    [InlineData("1/3 --no-lock")]
    public void What_is_no_part_is_refused_with_the_way_out(string text) =>
        Assert.Contains("as in 3/10", ReadPart.Parse(text).Match(Right: part => part.ToString(), Left: why => why), StringComparison.Ordinal);

    [Fact]
    public void Names_fit_and_tell_claims_and_operations_apart()
    {
        var slot = Instant.FromUtc(2026, 11, 22, 4, 0);
        ClaimRef Claim(string name) => new(NamespaceName.Trusted("shop"), name);
        Assert.Equal("orders-prune-20261122-040000", MaintenanceName.For(Claim("orders"), MaintenanceKind.Prune, slot));
        var names = new[] { "a", "a.b", "a-b", new string('a', 252) + "1", new string('a', 252) + "2" }
            .SelectMany(name => new[] { MaintenanceKind.Prune, MaintenanceKind.Check }.Select(kind => MaintenanceName.For(Claim(name), kind, slot))).ToList();
        Assert.All(names, name => Assert.True(DnsName.IsLabel(name), name));
        Assert.Equal(names.Count, names.Distinct().Count());
    }
}
