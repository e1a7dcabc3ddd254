using System.Text.Json;
using Backsnap.Host.Tree;
using NodaTime;

namespace Backsnap.Host.Mover;

/// <summary>
/// Gives a volume's root directory its owner, mode and time back where restic does not: when the path that the snapshot recorded is not the
/// one that is restored into, restic restores what lies below it only.
/// </summary>
internal static class RootMetadata
{
    // Go's os.FileMode has the permissions where POSIX has them, and the special bits elsewhere.
    private const long GoSetUid = 1L << 23;
    private const long GoSetGid = 1L << 22;
    private const long GoSticky = 1L << 20;

    /// <summary>Applies what the snapshot recorded; returns a warning when that is not possible.</summary>
    public static async Task<string?> Apply(Restic restic, SnapshotInfo snapshot, VolumePath volume, CancellationToken stop)
    {
        var recorded = snapshot.Paths[0];
        var exit = await restic.Run(
            new ResticCall(["ls", "--json", "--no-lock", "--", snapshot.Id, recorded]) { KeepOutput = true }, stop).ConfigureAwait(false);
        if (!exit.Succeeded || Find(exit.Output, recorded) is not { } node)
            return $"owner, mode and time of {volume.Asked} itself could not be read from the snapshot";
        try
        {
            Posix.TrySetOwner(volume.OnDisk, (uint)Json.Count(node, "uid"), (uint)Json.Count(node, "gid"));
            Posix.SetMode(volume.OnDisk, PosixMode(Json.Count(node, "mode")));
            if (Rfc3339.Read(Json.Text(node, "mtime")) is { } time)
                SetTime(volume.OnDisk, time);
            return null;
        }
        catch (IOException error)
        {
            return $"owner, mode and time of {volume.Asked} itself: {error.Message}";
        }
    }

    private static void SetTime(string path, Instant time)
    {
        var seconds = time.ToUnixTimeSeconds();
        Posix.SetTime(path, seconds, (uint)(time - Instant.FromUnixTimeSeconds(seconds)).SubsecondNanoseconds);
    }

    internal static int PosixMode(long goMode) =>
        (int)(goMode & 0x1FF)
        | ((goMode & GoSetUid) != 0 ? 0x800 : 0)
        | ((goMode & GoSetGid) != 0 ? 0x400 : 0)
        | ((goMode & GoSticky) != 0 ? 0x200 : 0);

    private static JsonElement? Find(string output, string path)
    {
        foreach (var line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            try
            {
                using var json = JsonDocument.Parse(line);
                if (Json.Text(json.RootElement, "path") == path)
                    return json.RootElement.Clone();
            }
            catch (JsonException)
            {
                // Not every line of older versions is JSON.
            }
        }

        return null;
    }
}
