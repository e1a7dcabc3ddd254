using System.Collections.Immutable;

namespace Backsnap.Host.Mover;

/// <summary>
/// Puts one snapshot's content into the volume. Run again after a kill it ends the same: restic keeps what is already right and writes
/// the rest. Nothing is deleted, so a file system's own <c>lost+found</c> stays.
/// </summary>
internal sealed class RestoreRun(RestoreRequest request, CheckedRestic.Usable tool, MoverLog log)
{
    private static readonly ImmutableArray<string> VolumeRefuses = ["permission denied", "operation not permitted", "read-only file system"];

    private readonly Restic restic = tool.Restic;
    private readonly Dictionary<string, string> errors = new(StringComparer.Ordinal);
    private RestoreFigures figures = new(0, 0);

    public async Task<(MoverOutcome Outcome, Warnings Warnings)> Run(CancellationToken stop)
    {
        if (request.Source.IsDevice ? BlockDevice.Length(request.Source.Path.OnDisk) is null : !Directory.Exists(request.Source.Path.OnDisk))
            return (MoverOutcome.Of(Failure.BadConfiguration($"there is nothing at {request.Source.Path.OnDisk} to restore into")), Warnings.None);

        var found = await ResolveRun.Run(
            new ResolveRequest(request.Source, new SnapshotQuery.WithId(request.SnapshotId), request.Foreign, request.Patience), restic, stop).ConfigureAwait(false);
        if (found is not MoverOutcome.Found(var snapshot))
            return (found, Warnings.None);

        if (Mismatch(snapshot) is { } mismatch)
            return (MoverOutcome.Of(mismatch), Warnings.None);

        log.Line($"restoring snapshot {snapshot.Id} of {Rfc3339.Write(snapshot.Time)}, host {snapshot.Host}, path {snapshot.Paths[0]}");
        if (request.Source.IsDevice)
            return (await new DeviceRestore(restic, request, log).Run(snapshot, stop).ConfigureAwait(false), Warnings.None);
        var progress = new ProgressLog("restore", log);
        var exit = await new RepositoryLocks(restic, request.Patience, log).Run(new ResticCall(Arguments(snapshot)) { OnMessage = message => Hear(message, progress) }, stop).ConfigureAwait(false);
        var warnings = new Warnings(errors.Count, [.. errors.Take(Warnings.Kept).Select(pair => $"{pair.Key}: {pair.Value}")]);

        // restic's summary claims every file even when the disk was full: the exit code alone is believed.
        if (!exit.Succeeded)
            return (MoverOutcome.Of(WithFirstError(FailureDiagnosis.Of(exit))), warnings);
        var left = IsElsewhere(snapshot) ? await RootMetadata.Apply(restic, snapshot, request.Source.Path, stop).ConfigureAwait(false) : null;
        return (new MoverOutcome.PutBack(snapshot, figures), left is null ? warnings : warnings.Add(left));
    }

    // The volume is restored as a part of the directory it is mounted in: only so does its root get its owner and mode back.
    private ImmutableArray<string> Arguments(SnapshotInfo snapshot)
    {
        var (subtree, target) = IsElsewhere(snapshot)
            ? (snapshot.Paths[0], request.Source.Path.OnDisk)
            : (request.Source.Path.Parent, request.Source.Path.Parent);
        return
        [
            "restore", "--json", "--sparse", "--verify",
            $"--target={target}",
            // Only the kernel's own privileged programs can set these, and one that fails drops the file's remaining attributes.
            .. tool.Version.HasXattrFilter ? new[] { "--exclude-xattr=trusted.*" } : [],
            "--", subtree == "/" ? snapshot.Id : $"{snapshot.Id}:{subtree}",
        ];
    }

    // A snapshot of another path than the one it is restored to: what lies in it is restored, its own root separately.
    private bool IsElsewhere(SnapshotInfo snapshot) => request.Source.Path.IsMapped || snapshot.Paths[0] != request.Source.Path.OnDisk;

    private Failure? Mismatch(SnapshotInfo snapshot) =>
        snapshot.Paths.Length != 1 ? new Failure(FailureKind.NoSnapshot, $"snapshot {snapshot.ShortId} holds {snapshot.Paths.Length} paths, not one volume")
        : snapshot.IsOfDevice && !request.Source.IsDevice ? new Failure(FailureKind.NoSnapshot, $"snapshot {snapshot.ShortId} is of a block device, and there is a file system at {request.Source.Path.Asked}")
        : !snapshot.IsOfDevice && request.Source.IsDevice ? new Failure(FailureKind.NoSnapshot, $"snapshot {snapshot.ShortId} is of files, and {request.Source.Path.OnDisk} is a block device")
        : null;

    private void Hear(ResticMessage message, ProgressLog progress)
    {
        progress.Hear(message);
        if (message is ResticMessage.Restored restored)
            figures = restored.Figures;
        else if (message is ResticMessage.FileError(var item, var why) && errors.TryAdd(item, why) && errors.Count <= Warnings.Kept)
            log.Line($"cannot restore {item}: {why}");
    }

    private Failure WithFirstError(Failure failure) =>
        failure.Kind == FailureKind.Other && errors.FirstOrDefault() is { Value: { } why } first
            ? new Failure(KindOf(why) ?? failure.Kind, $"{failure.Detail}; {errors.Count} entries failed, the first: {first.Key}: {why}")
            : failure;

    // An entry that cannot be written is the volume's trouble, in words that would be the store's elsewhere.
    private static FailureKind? KindOf(string why) =>
        why.Contains("no space left on device", StringComparison.OrdinalIgnoreCase) || why.Contains("disk quota exceeded", StringComparison.OrdinalIgnoreCase) ? FailureKind.VolumeFull
        : VolumeRefuses.Any(words => why.Contains(words, StringComparison.OrdinalIgnoreCase)) ? null
        : FailureDiagnosis.KindOf(why);
}
