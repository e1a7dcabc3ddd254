using System.Collections.Immutable;
using System.Text.Json;

namespace Backsnap.Host.Mover;

/// <summary>What became of retention.</summary>
/// <param name="Report">What it did, or why it failed; null where it was not asked for, or withheld.</param>
/// <param name="Withheld">Why it was not run.</param>
/// <param name="Warning">What a person should know beside that.</param>
internal sealed record Forgotten(ForgetReport? Report, Withheld? Withheld, string? Warning);

/// <summary>
/// Retention after a backup, withheld where <see cref="ShrinkGuard"/> says so. No outcome of it touches the backup, which is already safe.
/// </summary>
internal sealed class ForgetRun(BackupRequest request, Restic restic, MoverLog log)
{
    /// <summary>Applies the policy, if there is one.</summary>
    /// <param name="saved">The new snapshot.</param>
    /// <param name="listed">The snapshots there were when it was begun.</param>
    /// <param name="stop">Ends it.</param>
    public async Task<Forgotten> Run(SnapshotInfo saved, SnapshotList listed, CancellationToken stop)
    {
        if (request.Keep is not { } keep)
            return new Forgotten(null, null, null);
        // A store that was in trouble for a moment may answer now.
        var known = listed is SnapshotList.Listed ? listed : await SnapshotList.Of(restic, request.Source, stop).ConfigureAwait(false);
        if (Judge(saved, known) is { } withheld)
        {
            log.Line(withheld.Message);
            return new Forgotten(null, withheld, withheld.Message);
        }

        var exit = await new RepositoryLocks(restic, request.Patience, log).Run(new ResticCall(Arguments(keep)) { KeepOutput = true }, stop).ConfigureAwait(false);
        if (!exit.Succeeded)
            return Failed(FailureDiagnosis.Of(exit).Message);
        // Up to 0.18 it ends with 0 all the same, and counts as removed what is still there.
        if (exit.Tail.FirstOrDefault(line => line.Contains("unable to remove", StringComparison.Ordinal)) is { } refused)
            return Failed($"the store lets no snapshot be removed ({refused})");
        if (Parse(exit.Output) is not { } done)
            return Failed("restic's account of retention is not the JSON that was expected");

        log.Line($"retention: {done.Kept} snapshots kept, {done.Removed.Length} removed");
        return new Forgotten(
            new ForgetReport(done.Kept, done.Removed.Length, null),
            null,
            done.Removed.Contains(saved.Id) ? "retention removed the new snapshot at once: others of the same period are newer" : null);
    }

    private Forgotten Failed(string error)
    {
        log.Line($"retention failed, the backup is kept: {error}");
        return new Forgotten(new ForgetReport(0, 0, error), null, null);
    }

    private ImmutableArray<string> Arguments(Retention keep) =>
    [
        "forget", "--json",
        $"--host={request.Source.Host}",
        .. request.Source.Path.IsMapped
            ? new[] { $"--tag={request.Source.Path.Tag}", "--group-by=host" }
            : [$"--path={request.Source.Path.Asked}", "--group-by=host,paths"],
        $"--keep-tag={Retention.KeepTag}",
        .. keep.Arguments,
    ];

    private Withheld? Judge(SnapshotInfo saved, SnapshotList listed) => listed switch
    {
        SnapshotList.Listed(var snapshots) => ShrinkGuard.Judge(saved, snapshots, request.Shrink),
        SnapshotList.Unlisted(var failure) => new Withheld(
            "SnapshotsUnlisted", $"the older snapshots cannot be listed ({failure.Message}), so that nothing says what the volume held before: none is forgotten", null),
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
