using Backsnap.Domain.Backups;
using Backsnap.Planner.Tests.Worlds;
using LanguageExt;
using NodaTime;

namespace Backsnap.Planner.Tests.Stories;

/// <summary>How records go, and what keeps them, told in the files beside this one.</summary>
public sealed class CleanUpStories
{
    [Fact]
    public void Failures_night_after_night() => Golden.Compare("failed-history-nights", Story.Tell(
        "The store is away for four nights: of the failed backups the newest two stay, with their Jobs, until their time to live is over",
        (Given.World(Given.Claim("orders")) with
        {
            Fates = (owner, _) => string.CompareOrdinal(owner.Name, "orders-20261126") < 0 ? Fate.Of(new MoverFate.Fails(25, "StoreUnreachable", "the store cannot be reached")) : Fate.Good,
            Settings = Given.Settings with { FailedHistory = 2, Retries = 0 },
        }).For(Duration.FromDays(8))));

    [Fact]
    public void More_deletions_at_once_than_anybody_can_have_meant()
    {
        var old = Enumerable.Range(1, 4).Select(number => Given.Finished($"week-{number}", "orders", Result.Succeeded, Given.Night - Duration.FromDays(7 * number) + Duration.FromHours(1))).ToSeq().Strict();
        var before = Given.World(Given.Claim("orders")) with { Settings = Given.Settings with { Ttl = Duration.FromDays(90), Limits = Limits.Default with { Deletions = 2 } } };
        var quiet = (before with { State = before.State with { Backups = old } }).For(Duration.FromMinutes(10));
        var slipped = quiet.Note("somebody", "starts the operator anew with --ttl 1h instead of 90 days") with { Settings = quiet.Settings with { Ttl = Duration.FromHours(1) } };
        var stopped = slipped.For(Duration.FromHours(1));
        Assert.Equal(quiet.State.Backups.Map(backup => backup.Id.Name), stopped.State.Backups.Map(backup => backup.Id.Name).Filter(name => name.StartsWith("week", StringComparison.Ordinal)));
        Golden.Compare("mass-deletion", Story.Tell("A slip of a setting would delete most records at once: none is deleted, backups go on, and it is said how to go on", stopped));

        var meant = stopped.Note("somebody", "meant it: --max-deletions-per-plan 10") with { Settings = stopped.Settings with { Limits = stopped.Settings.Limits with { Deletions = 10 } } };
        Golden.Compare("mass-deletion-meant", Story.Tell("The same, and then somebody says that it is right", meant.For(Duration.FromHours(1))));
    }
}
