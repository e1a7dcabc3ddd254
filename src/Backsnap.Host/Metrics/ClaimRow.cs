using Backsnap.Domain.Backups;
using Backsnap.Domain.Claims;
using Backsnap.Domain.Cluster;
using Backsnap.Domain.Maintenances;
using NodaTime;

namespace Backsnap.Host.Metrics;

/// <summary>
/// What the cluster's objects tell of one claim. It is found anew for every scrape, from objects that outlive the operator, so that a restart
/// resets nothing, and what tells of a claim that is gone ends with it.
/// </summary>
internal sealed class ClaimRow(Claim claim, Coverage coverage)
{
    /// <summary>The claim.</summary>
    public Claim Claim { get; } = claim;

    /// <summary>What becomes of it.</summary>
    public Coverage Coverage { get; } = coverage;

    /// <summary>The backup that finished last, well or not.</summary>
    public Backup? LastFinished { get; private set; }

    /// <summary>The successful backup that finished last.</summary>
    public Backup? LastSuccess { get; private set; }

    /// <summary>The first success that is still known: since then there has been a repository.</summary>
    public Instant? FirstSuccess { get; private set; }

    /// <summary>When one of its backups was last restored.</summary>
    public Instant? LastRestore { get; private set; }

    /// <summary>The prunes of its repository.</summary>
    public MaintenanceRow Prune { get; } = new();

    /// <summary>The checks of its repository.</summary>
    public MaintenanceRow Check { get; } = new();

    /// <summary>A row for each claim that was judged, but for Backsnap's own temporary ones; in the order of the verdicts.</summary>
    public static IReadOnlyList<ClaimRow> Of(Seen seen)
    {
        var claims = seen.State.Claims.ToDictionary(claim => claim.Ref);
        var rows = seen.Plan.Verdicts
            .Where(verdict => verdict.Coverage is not Coverage.Excluded { Reason: Exclusion.Temporary } && claims.ContainsKey(verdict.Claim))
            .DistinctBy(verdict => verdict.Claim)
            .ToDictionary(verdict => verdict.Claim, verdict => new ClaimRow(claims[verdict.Claim], verdict.Coverage));
        foreach (var backup in seen.State.Backups)
        {
            rows.GetValueOrDefault(backup.Claim)?.Take(backup);
        }

        foreach (var restore in seen.State.Restores.Where(restore => restore.Phase is Domain.Restores.RestorePhase.Finished { Result: not Result.Failed }))
        {
            rows.GetValueOrDefault(restore.Source)?.TakeRestore(((Domain.Restores.RestorePhase.Finished)restore.Phase).At);
        }

        foreach (var maintenance in seen.State.Maintenances.ToSeq().SelectMany(all => all))
        {
            rows.GetValueOrDefault(maintenance.Claim)?.Take(maintenance);
        }

        return [.. rows.Values];
    }

    private void Take(Backup backup)
    {
        LastFinished = Later(LastFinished, backup);
        if (backup.IsSuccess)
        {
            LastSuccess = Later(LastSuccess, backup);
            var at = At(backup);
            FirstSuccess = FirstSuccess is { } first && first < at ? first : at;
        }
    }

    private void TakeRestore(Instant at) => LastRestore = LastRestore is { } last && last > at ? last : at;

    private void Take(Maintenance maintenance) =>
        maintenance.Kind.IfRight(kind => (kind == MaintenanceKind.Prune ? Prune : Check).Take(maintenance));

    // Of two that finished in the same second the one that was made later, by name where that is the same too: whatever was seen first.
    private static Backup? Later(Backup? one, Backup other) =>
        !other.Phase.IsFinished ? one
        : one is null || (At(other), other.Id.Created, other.Id.Name).CompareTo((At(one), one.Id.Created, one.Id.Name)) > 0 ? other
        : one;

    private static Instant At(Backup backup) => backup.FinishedAt.IfNone(Instant.MinValue);
}

/// <summary>What is known of one kind of maintenance of a claim's repository.</summary>
internal sealed class MaintenanceRow
{
    private List<Instant>? unserved;

    /// <summary>When it last succeeded.</summary>
    public Instant? LastSuccess { get; private set; }

    /// <summary>The one that finished last, well or not.</summary>
    public Maintenance? LastFinished { get; private set; }

    /// <summary>The first slot that was not served with success although one was made for it; null where there is none since the last success.</summary>
    public Instant? Outstanding => unserved?.Where(slot => !(LastSuccess > slot)).Select(slot => (Instant?)slot).Min();

    /// <summary>Takes one of the kind.</summary>
    public void Take(Maintenance maintenance)
    {
        if (maintenance.Phase is MaintenancePhase.Finished { At: var at })
        {
            LastFinished = LastFinished is { } last && last.FinishedAt.IfNone(Instant.MinValue) >= at ? last : maintenance;
            LastSuccess = maintenance.IsSuccess && !(LastSuccess >= at) ? at : LastSuccess;
        }

        if (!maintenance.IsSuccess)
        {
            (unserved ??= []).Add(maintenance.Slot.IfNone(maintenance.Id.Created));
        }
    }
}
