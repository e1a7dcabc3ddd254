using System.Text.RegularExpressions;
using Backsnap.Domain.Objects;
using Backsnap.Kubernetes;
using Backsnap.Simulation.Tests.Cluster;
using Backsnap.Simulation.Tests.Operators;

namespace Backsnap.Simulation.Tests.Scenarios;

/// <summary>
/// Where a story ended, in lines that are the same whatever befell it on the way: without uids, versions and times, and of the attempts at
/// one slot only how the last ended.
/// </summary>
internal static partial class Outcome
{
    /// <summary>The lines, sorted.</summary>
    public static string Of(World world)
    {
        var store = world.Cluster.Store;
        var lines = store.Everything
            .Where(found => found.Kind != Resources.EventsV1 && found.Kind != Resources.StorageClasses && found.Kind != Resources.VolumeSnapshotClasses && found.Kind != Resources.PersistentVolumes)
            .Where(found => found.Kind != Resources.VolumeSnapshotContents || found.Controller is not null)
            .Where(found => found.Kind != Resources.PvcBackups || found.Annotation(Marks.Slot) is null)
            .Select(found => $"{found.Kind.Kind} {found.Namespace}/{Plain(found.Name)}{State(world, found)}")
            .Concat(store.All(Resources.PvcBackups).Where(backup => backup.Annotation(Marks.Slot) is not null)
                .GroupBy(backup => (backup.Namespace, Claim: backup.Json.Text("spec", "pvc"), Slot: backup.Annotation(Marks.Slot)))
                .Select(slot => $"slot {slot.Key.Slot} of {slot.Key.Namespace}/{slot.Key.Claim}: {slot.Select(Result).Order(StringComparer.Ordinal).Last()}"))
            .Concat(world.Cluster.Volumes.Repositories.Select(repository =>
                $"repository {repository.Key}: {string.Join(", ", repository.Value.Select(saved => saved.Content).Distinct())}"))
            .Distinct().Order(StringComparer.Ordinal);
        return string.Join('\n', lines) + "\n";
    }

    /// <summary>What should not be there when all is done: children of what is finished or gone, but for the Job that a failed mover leaves to be looked at.</summary>
    public static IReadOnlyList<string> Leftovers(World world)
    {
        var store = world.Cluster.Store;
        return
        [
            .. store.Everything
                .Where(found => found.Label(Marks.ManagedBy) == Marks.Backsnap && found.Kind != Resources.PvcBackups && found.Kind != Resources.PvcMaintenances && !found.Deleting)
                .Where(found => found.Kind != Resources.Jobs && found.Kind != Resources.Pods)
                .Where(found => store.Find(found.Controller) is not { } owner || owner.Json.Text("status", "phase") is "Succeeded" or "Failed")
                .Concat(store.All(Resources.Jobs).Where(job => store.Find(job.Controller) is not { } owner || owner.Json.Text("status", "phase") == "Succeeded"))
                .Concat(store.All(Resources.PersistentVolumes).Where(volume => volume.Annotation(Marks.Owner) is not null || volume.Json.Text("status", "phase") == "Released"))
                .Select(found => $"left behind: {found.Title}"),
            .. store.All(Resources.PvcBackups).Concat(store.All(Resources.PvcRestores)).Concat(store.All(Resources.PvcMaintenances)).Where(found => found.Json.Text("status", "phase") is not ("Succeeded" or "Failed")).Select(found => $"never finished: {found.Title}"),
        ];
    }

    private static string State(World world, Stored found)
    {
        var going = found.Deleting ? " (terminating)" : "";
        return going + (found.Kind switch
        {
            _ when found.Kind == Resources.PvcBackups => $": {Result(found)}",
            _ when found.Kind == Resources.PvcRestores || found.Kind == Resources.PvcMaintenances => $": {Result(found)}",
            _ when found.Kind == Resources.PersistentVolumeClaims =>
                $": {found.Json.Text("status", "phase")}, {(found.Annotation(Marks.Restoring) is null ? "" : "being restored, ")}holds {world.Cluster.Volumes.Of(found.Uid)}",
            _ => "",
        });
    }

    // In this order Succeeded comes last: of the attempts at a slot the success is what counts.
    private static string Result(Stored found) => found.Json.Text("status", "phase") is "Succeeded"
        ? $"Succeeded ({found.Json.Text("status", "result")})"
        : $"{found.Json.Text("status", "phase") ?? "untouched"} ({found.Json.Text("status", "reason")})";

    // A child's name holds a hash of its owner's uid, and a pod's a number.
    private static string Plain(string name) => Hashes().Replace(name, "-#");

    [GeneratedRegex("-[0-9a-f]{8}(?:[0-9a-f]{8})?(?=$|-)|-[0-9a-f]{5}$", RegexOptions.CultureInvariant)]
    private static partial Regex Hashes();
}
