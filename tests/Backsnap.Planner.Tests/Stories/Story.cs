using System.Globalization;
using System.Text;
using Backsnap.Domain.Backups;
using Backsnap.Domain.Cluster;
using Backsnap.Domain.Maintenances;
using Backsnap.Domain.Objects;
using Backsnap.Domain.Restores;
using Backsnap.Planner.Tests.Worlds;
using NodaTime.Text;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Tests.Stories;

/// <summary>Writes down what happened in a world, and how it stands at the end, for somebody who knows Kubernetes but not this project.</summary>
internal static class Story
{
    /// <summary>The whole story.</summary>
    public static string Tell(string title, World world)
    {
        var text = new StringBuilder().AppendLine(title).AppendLine(new string('=', title.Length)).AppendLine();
        text.Append(world.Print()).AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"How it stands at {InstantPattern.General.Format(world.Now)}");
        var plan = world.Plan();
        plan.Verdicts.Iter(verdict => text.AppendLine(CultureInfo.InvariantCulture, $"  claim {verdict.Claim}: {Say(verdict.Coverage)}"));
        world.State.Backups.Iter(backup => text.AppendLine(CultureInfo.InvariantCulture, $"  PVCBackup {Name(backup.Id)}: {Outcome(backup)}"));
        world.State.Restores.Iter(restore => text.AppendLine(CultureInfo.InvariantCulture, $"  PVCRestore {Name(restore.Id)}: {Outcome(restore)}"));
        world.State.Maintenances.IfNone(Seq<Maintenance>()).Iter(maintenance => text.AppendLine(CultureInfo.InvariantCulture, $"  PVCMaintenance {Name(maintenance.Id)}: {Outcome(maintenance)}"));
        world.State.Snapshots.Iter(snapshot => text.AppendLine(CultureInfo.InvariantCulture, $"  VolumeSnapshot {Name(snapshot.Id)} is still there"));
        world.State.Jobs.Iter(job => text.AppendLine(CultureInfo.InvariantCulture, $"  Job {Name(job.Id)} is still there"));
        world.State.Secrets.Iter(secret => text.AppendLine(CultureInfo.InvariantCulture, $"  Secret {Name(secret)} is still there"));
        plan.Notices.Iter(notice => text.AppendLine(CultureInfo.InvariantCulture, $"  notice on {notice.Kind} {Name(notice.About)} ({notice.Reason}): {notice.Message}"));
        plan.Waits.Iter(wait => text.AppendLine(CultureInfo.InvariantCulture, $"  {wait.Kind} {Name(wait.Object)}: {wait.For}"));
        text.AppendLine(CultureInfo.InvariantCulture, $"  looks again {plan.WakeAt.Map(at => "at " + InstantPattern.General.Format(at)).IfNone("when something changes")}");
        return text.ToString();
    }

    private static string Say(Coverage coverage) => coverage switch
    {
        Coverage.Covered covered => string.Create(
            CultureInfo.InvariantCulture,
            $"backed up {covered.Description} (schedule of the {covered.Source}), next {InstantPattern.General.Format(covered.Next)}, last success {covered.LastSuccess.Map(InstantPattern.General.Format).IfNone("never")}"),
        Coverage.Excluded excluded => $"not backed up ({excluded.Reason}): {excluded.Detail}",
        Coverage.Unsupported unsupported => $"cannot be backed up: {unsupported.Why}",
        Coverage.Invalid invalid => $"NOT BACKED UP, the {invalid.Subject} '{invalid.Expression}' of the {invalid.Source} is invalid: {invalid.Problem}",
    };

    private static string Outcome(Backup backup) => backup.Phase is BackupPhase.Finished finished ? $"{finished.Result}: {backup.Message}" : $"{backup.Phase.Word}: {backup.Message}";

    private static string Outcome(Restore restore) => restore.Phase is RestorePhase.Finished finished ? $"{finished.Result}: {restore.Message}" : $"{restore.Phase.Word}: {restore.Message}";

    private static string Outcome(Maintenance maintenance) =>
        maintenance.Phase is MaintenancePhase.Finished finished ? $"{finished.Result}: {maintenance.Message}" : $"{maintenance.Phase.Word}: {maintenance.Message}";

    private static string Name(Identity id) => $"{id.Namespace}/{id.Name}";
}
