using System.Collections.Immutable;
using System.Text.Json;

namespace Backsnap.Host.Mover;

/// <summary>
/// Retention after a backup. It is withheld while the newest backup is empty and an older one is not: a volume that lost its content must
/// not take the good snapshots with it. No outcome of it touches the backup, which is already safe.
/// </summary>
internal sealed class ForgetRun(BackupRequest request, Restic restic, MoverLog log)
{
    private const int Locked = 11;

    /// <summary>Applies the policy, if there is one; the warning says why it was withheld or what it did to the new snapshot itself.</summary>
    public async Task<(ForgetReport? Report, string? Warning)> Run(SnapshotInfo saved, CancellationToken stop)
    {
        if (request.Keep is not { } keep)
            return (null, null);
        if (saved.Figures is { IsEmpty: true } && await LosesContent(saved, stop).ConfigureAwait(false) is { } warning)
        {
            log.Line(warning);
            return (null, warning);
        }

        var exit = await restic.Run(new ResticCall(Arguments(keep)) { KeepOutput = true }, stop).ConfigureAwait(false);
        if (exit.Ending is ResticEnding.Exited(Locked) && await StaleLocks.Remove(restic, log, stop).ConfigureAwait(false))
            exit = await restic.Run(new ResticCall(Arguments(keep)) { KeepOutput = true }, stop).ConfigureAwait(false);
        if (!exit.Succeeded)
            return (Failed(FailureDiagnosis.Of(exit).Message), null);
        if (Parse(exit.Output) is not { } done)
            return (Failed("restic's account of retention is not the JSON that was expected"), null);

        log.Line($"retention: {done.Kept} snapshots kept, {done.Removed.Length} removed");
        return (
            new ForgetReport(done.Kept, done.Removed.Length, null),
            done.Removed.Contains(saved.Id) ? "retention removed the new snapshot at once: others of the same period are newer" : null);
    }

    private ForgetReport Failed(string error)
    {
        log.Line($"retention failed, the backup is kept: {error}");
        return new ForgetReport(0, 0, error);
    }

    private ImmutableArray<string> Arguments(Retention keep) =>
    [
        "forget", "--json",
        $"--retry-lock={request.Patience.RetryLock}",
        $"--host={request.Source.Host}",
        .. request.Source.Path.IsMapped
            ? new[] { $"--tag={request.Source.Path.Tag}", "--group-by=host" }
            : [$"--path={request.Source.Path.Asked}", "--group-by=host,paths"],
        $"--keep-tag={Retention.KeepTag}",
        .. keep.Arguments,
    ];

    private async Task<string?> LosesContent(SnapshotInfo saved, CancellationToken stop) =>
        await SnapshotList.Of(restic, request.Source, stop).ConfigureAwait(false) switch
        {
            // Without a summary (made before restic 0.17) a snapshot counts as having content.
            SnapshotList.Listed(var all) when all.FirstOrDefault(other => other.Id != saved.Id && other.Figures is not { IsEmpty: true }) is { } full =>
                $"the volume is empty, but was not in snapshot {full.Id[..8]} of {Rfc3339.Write(full.Time)}: no snapshot is forgotten while it stays so",
            SnapshotList.Listed => null,
            SnapshotList.Unlisted(var failure) => $"the volume is empty and its older snapshots cannot be listed ({failure.Message}): none is forgotten",
        };

    /// <summary>Reads restic's account: groups with what is kept and what is removed; null when it is none.</summary>
    internal static (int Kept, ImmutableArray<string> Removed)? Parse(string output)
    {
        try
        {
            using var json = JsonDocument.Parse(output);
            if (json.RootElement.ValueKind != JsonValueKind.Array)
                return null;
            var groups = json.RootElement.EnumerateArray().ToImmutableArray();
            return (
                groups.Sum(group => Json.Items(group, "keep").Count()),
                [.. groups.SelectMany(group => Json.Items(group, "remove")).Select(snapshot => Json.Text(snapshot, "id") ?? "")]);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
