using Backsnap.Domain.Claims;
using Backsnap.Planner.Tests.Worlds;
using Backsnap.Planner.Volumes;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Tests.Volumes;

public sealed class ClaimFactsTests
{
    [Fact]
    public void The_tags_remember_what_the_claim_was_like()
    {
        var claim = Given.Claim("orders") with { AccessModes = Seq("ReadWriteOnce", "ReadOnlyMany") };
        Assert.Equal(ClaimFacts.Of(claim), ClaimFacts.FromTags(ClaimFacts.Tags(claim)));
    }

    [Fact]
    public void No_tag_holds_a_comma_which_would_part_it_in_two() =>
        Assert.DoesNotContain(ClaimFacts.Tags(Given.Claim("orders") with { AccessModes = Seq("ReadWriteOnce", "ReadOnlyMany") }).AsEnumerable(), tag => tag.Contains(',', StringComparison.Ordinal));

    [Fact]
    public void The_size_is_the_larger_of_what_was_asked_for_and_what_the_volume_has() =>
        Assert.Equal(Some(Quantity.OfBytes(20L << 30)), ClaimFacts.Of(Given.Claim("orders") with { Capacity = Quantity.OfBytes(20L << 30) }).Size);

    [Fact]
    public void Tags_of_others_and_tags_without_sense_say_nothing() =>
        Assert.Equal(ClaimFacts.Unknown, ClaimFacts.FromTags(Seq("daily", "claim-size=huge", "claim-class=", "claim-volume-mode=Tape")));
}
