using Backsnap.Domain.Maintenances;
using Backsnap.Domain.Objects;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Checks;

/// <summary>
/// Laws of maintenance. restic's own lock would keep it apart from backups and restores as well, but by letting one of them fail.
/// </summary>
internal static class MaintenanceLaws
{
    /// <summary>The laws that a plan breaks.</summary>
    /// <param name="seen">What the plan was made from.</param>
    /// <param name="settings">The limits.</param>
    /// <param name="beginning">The uids of the PVCMaintenances that the plan lets begin.</param>
    /// <param name="backups">The uids of the PVCBackups that it lets begin.</param>
    public static Seq<Violation> Check(Evidence seen, Settings settings, Seq<Uid> beginning, Seq<Uid> backups)
    {
        var running = seen.RunningMaintenance(settings.Scope);
        var entering = beginning.Bind(uid => seen.Maintenance(uid).ToSeq()).Filter(maintenance => maintenance.Phase is not MaintenancePhase.Running).Strict();
        var backedUp = seen.HoldingPlaces(settings.Scope).Then(backups.Bind(uid => seen.Backup(uid).ToSeq())).Map(backup => backup.Claim).ToHashSet();
        var disturbed = entering.Filter(maintenance => backedUp.Contains(maintenance.Claim) || seen.IsRestoredFrom(maintenance.Claim));
        var crossing = backups.Bind(uid => seen.Backup(uid).ToSeq())
            .Filter(backup => !backup.Phase.HoldsPlace && running.Exists(maintenance => maintenance.Claim == backup.Claim));
        var together = entering.Filter(maintenance => running.Then(entering).Exists(other => other.Claim == maintenance.Claim && other.Id.Uid != maintenance.Id.Uid));
        return Sequences.Join(
            !entering.IsEmpty && running.Count + entering.Count > settings.Maintenance.MaxRunning
                ? Seq1(new Violation("no more maintenance runs at once than allowed", $"{running.Count} run, {entering.Count} would begin, {settings.Maintenance.MaxRunning} may"))
                : Seq<Violation>(),
            disturbed.Map(maintenance => Break("no maintenance begins while its repository is in use", maintenance.Id)),
            crossing.Map(backup => Break("no backup begins while its repository is maintained", backup.Id)),
            together.Map(maintenance => Break("one maintenance at a time for each repository", maintenance.Id)));
    }

    private static Violation Break(string law, Identity id) => new(law, $"{id.Namespace}/{id.Name}");
}
