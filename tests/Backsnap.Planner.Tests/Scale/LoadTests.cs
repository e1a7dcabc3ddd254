using System.Diagnostics;
using Backsnap.Domain.Backups;
using Backsnap.Domain.Objects;
using Backsnap.Planner.Checks;
using Backsnap.Planner.Tests.Worlds;
using LanguageExt;
using NodaTime;
using Xunit.Abstractions;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Tests.Scale;

/// <summary>
/// Not a benchmark: it fails where the work grows with the square of the claims, which takes minutes at this size, and not
/// where a machine is busy.
/// </summary>
public sealed class LoadTests(ITestOutputHelper output)
{
    private const int Claims = 20_000;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public void Twenty_thousand_claims_of_which_all_are_due_are_planned_and_checked_in_seconds()
    {
        var claims = Enumerable.Range(0, Claims).Select(number => Given.Claim($"claim-{number}", $"ns-{number % 100}")).ToArray();
        var (state, now) = (Given.With(claims), Given.Night + Duration.FromHours(1));
        var watch = Stopwatch.StartNew();
        var plan = Planner.Plan(state, Given.Settings, now);
        Assert.Equal(Claims, plan.Actions.Count);
        var planned = watch.Elapsed;
        Assert.True(PlanCheck.Check(state, Given.Settings, plan, now).IsEmpty);
        output.WriteLine($"planned in {planned}, checked in {watch.Elapsed - planned}");
        Assert.True(watch.Elapsed < Limit, $"it took {watch.Elapsed}");
    }

    [Fact]
    public void Five_thousand_deletions_beside_twenty_thousand_claims_are_checked_in_seconds()
    {
        var claims = Enumerable.Range(0, Claims).Select(number => Given.Claim($"claim-{number}", $"ns-{number % 100}") with { Schedule = "" }).ToArray();
        var old = Given.Night - Duration.FromDays(30);
        var backups = claims.Take(5_000).SelectMany(claim => Seq(
            Given.Finished($"{claim.Id.Name}-old", claim.Id.Name, Result.Succeeded, old, claim.Id.Namespace.Value),
            Given.Finished($"{claim.Id.Name}-new", claim.Id.Name, Result.Succeeded, old + Duration.FromDays(1), claim.Id.Namespace.Value)));
        var state = Given.With(claims) with { Backups = backups.ToSeq().Strict() };
        var watch = Stopwatch.StartNew();
        var settings = Given.Settings with { Limits = Limits.Default with { Deletions = 0 } };
        var plan = Planner.Plan(state, settings, Given.Night);
        Assert.Equal(5_000, plan.Actions.Count(action => action is PlannedAction.Delete { Kind: var kind } && kind == ObjectKind.PvcBackup));
        var planned = watch.Elapsed;
        Assert.True(PlanCheck.Check(state, settings, plan, Given.Night).IsEmpty);
        output.WriteLine($"planned in {planned}, checked in {watch.Elapsed - planned}");
        Assert.True(watch.Elapsed < Limit, $"it took {watch.Elapsed}");
    }
}
