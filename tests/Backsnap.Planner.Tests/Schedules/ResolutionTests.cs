using Backsnap.Domain.Cluster;
using Backsnap.Planner.Schedules;
using Backsnap.Planner.Tests.Worlds;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Tests.Schedules;

public sealed class ResolutionTests
{
    private static Either<Coverage, InForce> Resolve(
        string? onClaim = null, string? onNamespace = null, string byDefault = "@daily", string? claimZone = null, string? namespaceZone = null)
    {
        var claim = Given.Claim("orders") with { Schedule = Maybe(onClaim), TimeZone = Maybe(claimZone) };
        var home = Given.Namespace("shop") with { Schedule = Maybe(onNamespace), TimeZone = Maybe(namespaceZone) };
        var cluster = Given.With(claim) with { Namespaces = HashMap((home.Name, home)) };
        return new Resolution(Given.Settings with { DefaultSchedule = byDefault }).For(claim, home);
    }

    private static LanguageExt.Option<string> Maybe(string? text) => text is null ? None : Some(text);

    private static string Said(Either<Coverage, InForce> resolved) => resolved.Match(Right: found => $"{found.Source} {found.Expression}", Left: coverage => coverage switch
    {
        Coverage.Excluded excluded => $"excluded {excluded.Reason}: {excluded.Detail}",
        Coverage.Invalid invalid => $"invalid {invalid.Source} {invalid.Expression}",
        Coverage.Covered or Coverage.Unsupported => "neither",
    });

    [Theory]
    [InlineData("@hourly", "@weekly", "@daily", "Claim @hourly")]
    [InlineData(null, "@weekly", "@daily", "Namespace @weekly")]
    [InlineData(null, null, "@daily", "Default @daily")]
    [InlineData(" @hourly ", null, "@daily", "Claim @hourly")]
    public void The_claim_goes_before_its_namespace_and_that_before_the_default(string? claim, string? ns, string byDefault, string expected) =>
        Assert.Equal(expected, Said(Resolve(claim, ns, byDefault)));

    [Theory]
    [InlineData("", "@weekly", "@daily", "on the claim")]
    [InlineData("  ", "@weekly", "@daily", "on the claim")]
    [InlineData(null, "", "@daily", "on the namespace")]
    [InlineData(null, null, "", "of the operator (--schedule)")]
    public void An_empty_schedule_opts_out_and_falls_through_to_nothing(string? claim, string? ns, string byDefault, string place) =>
        Assert.Equal($"excluded EmptySchedule: the schedule {place} is empty", Said(Resolve(claim, ns, byDefault)));

    [Theory]
    [InlineData("never", "@weekly", "invalid Claim never")]
    [InlineData(null, "61 * * * *", "invalid Namespace 61 * * * *")]
    [InlineData("0 0 30 2 *", null, "invalid Claim 0 0 30 2 *")]
    public void An_invalid_schedule_does_not_fall_through_to_another(string? claim, string? ns, string expected) => Assert.Equal(expected, Said(Resolve(claim, ns)));

    [Theory]
    [InlineData(null, null, "UTC")]
    [InlineData("Europe/Amsterdam", null, "Europe/Amsterdam")]
    [InlineData(null, "Asia/Tokyo", "Asia/Tokyo")]
    [InlineData("Europe/Amsterdam", "Asia/Tokyo", "Europe/Amsterdam")]
    public void The_zone_is_the_claims_or_its_namespaces_or_the_operators(string? claim, string? ns, string zone) =>
        Assert.Equal(zone, Resolve("0 2 * * *", claimZone: claim, namespaceZone: ns).Map(found => found.Timetable.Zone.Id).IfLeft(""));

    [Fact]
    public void A_zone_within_the_expression_goes_before_every_annotation() =>
        Assert.Equal("America/Lima", Resolve("TZ=America/Lima 0 2 * * *", claimZone: "Europe/Amsterdam").Map(found => found.Timetable.Zone.Id).IfLeft(""));

    [Fact]
    public void An_unknown_zone_makes_the_schedule_invalid() => Assert.Equal("invalid Default Europe/Amsterdm", Said(Resolve(claimZone: "Europe/Amsterdm")));
}
