using System.Collections.Immutable;
using System.Text.Json;

namespace Backsnap.Host.Mover;

/// <summary>The answer to the question for a claim's snapshots.</summary>
internal abstract record SnapshotList
{
    private SnapshotList()
    {
    }

    public sealed record Listed(ImmutableArray<SnapshotInfo> Snapshots) : SnapshotList;

    public sealed record Unlisted(Failure Failure) : SnapshotList;

    /// <summary>Lists what the source has in its repository, in restic's order.</summary>
    /// <param name="restic">Runs the question.</param>
    /// <param name="source">Whose snapshots.</param>
    /// <param name="stop">Ends it.</param>
    public static Task<SnapshotList> Of(Restic restic, Source source, CancellationToken stop) =>
        Ask(restic, source.Path.IsMapped ? [$"--host={source.Host}", $"--tag={source.Path.Tag}"] : [$"--host={source.Host}", $"--path={source.Path.Asked}"], snapshot => IsOf(snapshot, source), stop);

    /// <summary>Lists what the source's host has of its volume, as files or as a block device: who asks may not know which it was.</summary>
    public static Task<SnapshotList> OfVolume(Restic restic, Source source, CancellationToken stop) =>
        Ask(restic, [$"--host={source.Host}"], snapshot => IsOf(snapshot, source) || (snapshot.Host == source.Host && snapshot.IsOfDevice), stop);

    /// <summary>Lists whatever is in the repository.</summary>
    public static Task<SnapshotList> OfAll(Restic restic, CancellationToken stop) => Ask(restic, [], _ => true, stop);

    private static async Task<SnapshotList> Ask(Restic restic, ImmutableArray<string> filter, Func<SnapshotInfo, bool> isMeant, CancellationToken stop)
    {
        // Without a lock: a list is true whatever else runs, and a restore need not wait for a prune to be planned. Without the cache: it is
        // asked beside a backup, and of two that make a new cache one may find it half made and fail (github.com/restic/restic/issues/21940).
        var exit = await restic.Run(
            new ResticCall(["snapshots", "--json", "--no-lock", "--no-cache", .. filter]) { KeepOutput = true }, stop).ConfigureAwait(false);
        if (!exit.Succeeded)
            return new Unlisted(FailureDiagnosis.Of(exit));
        return Parse(exit.Output) is { } all
            ? new Listed([.. all.Where(isMeant)])
            : new Unlisted(new Failure(FailureKind.Other, "its list of snapshots is not the JSON that was expected"));
    }

    /// <summary>
    /// Compared once more, exactly: restic's own <c>--path</c> also takes snapshots that record that path among others.
    /// </summary>
    public static bool IsOf(SnapshotInfo snapshot, Source source) =>
        snapshot.Host == source.Host
        && (source.Path.IsMapped ? snapshot.Tags.Contains(source.Path.Tag) : snapshot.Paths is [var path] && path == source.Path.Asked);

    /// <summary>Reads restic's list; null when it is none. Snapshots without id or time are left out.</summary>
    public static ImmutableArray<SnapshotInfo>? Parse(string output)
    {
        try
        {
            using var json = JsonDocument.Parse(output);
            return json.RootElement.ValueKind == JsonValueKind.Array ? [.. json.RootElement.EnumerateArray().Select(Read).OfType<SnapshotInfo>()] : null;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static SnapshotInfo? Read(JsonElement json) =>
        Json.Text(json, "id") is { } id && Rfc3339.Read(Json.Text(json, "time")) is { } time
            ? new SnapshotInfo(
                id,
                time,
                Json.Text(json, "hostname") ?? "",
                [.. Json.Texts(json, "paths")],
                [.. Json.Texts(json, "tags")],
                Json.Object(json, "summary") is { } summary ? BackupFigures.Of(summary) : null)
            {
                Parent = Json.Text(json, "parent"),
                Original = Json.Text(json, "original"),
            }
            : null;
}
