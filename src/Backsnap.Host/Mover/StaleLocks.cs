using System.Collections.Immutable;
using System.Text.Json;
using NodaTime;

namespace Backsnap.Host.Mover;

/// <summary>Who holds a lock of the repository, as the lock itself says.</summary>
/// <param name="Time">When it was last refreshed; restic does that every five minutes while it runs.</param>
internal sealed record RepositoryLock(Instant Time, string Host);

/// <summary>
/// Locks that a killed restic left. They hinder no backup, but every retention after it, for ever. restic's <c>unlock</c> removes those that
/// were not refreshed for 30 minutes, and those whose host has our name and whose process is gone. The second rule is wrong between
/// containers (equal host names, process numbers of their own: a live lock was taken so, and prune destroyed the running backup), so
/// nothing is removed while any lock has our host's name.
/// </summary>
internal static class StaleLocks
{
    private static readonly Duration StaleAfter = Duration.FromMinutes(30);

    // Reading a lock costs as much as opening the repository; more than these are not left by accident.
    private const int MostRead = 10;

    /// <summary>Removes stale locks; tells whether there was one, so that it is worth trying again.</summary>
    public static async Task<bool> Remove(Restic restic, MoverLog log, CancellationToken stop)
    {
        var listed = await restic.Run(new ResticCall(["list", "locks", "--no-lock"]) { KeepOutput = true }, stop).ConfigureAwait(false);
        var ids = listed.Output.Split('\n', StringSplitOptions.TrimEntries).Where(SnapshotQuery.IsFullId).ToImmutableArray();
        if (!listed.Succeeded || ids.Length is 0 or > MostRead)
            return false;

        var locks = ImmutableArray.CreateBuilder<RepositoryLock>();
        foreach (var id in ids)
        {
            var shown = await restic.Run(new ResticCall(["cat", "lock", "--no-lock", "--", id]) { KeepOutput = true }, stop).ConfigureAwait(false);
            if (shown.Succeeded && Parse(shown.Output) is { } held)
                locks.Add(held);
        }

        // A lock that could not be read may be anybody's; one that went meanwhile is only a reason to come back later.
        if (locks.Count < ids.Length || !MayRemove(locks.ToImmutable(), Environment.MachineName, SystemClock.Instance.GetCurrentInstant()))
            return false;
        log.Line("a lock was not refreshed for 30 minutes: its holder is gone, it is removed");
        return (await restic.Run(new ResticCall(["unlock"]), stop).ConfigureAwait(false)).Succeeded;
    }

    /// <summary>Whether restic's <c>unlock</c> would remove something, and nothing but what is stale by age.</summary>
    internal static bool MayRemove(ImmutableArray<RepositoryLock> locks, string ourHost, Instant now) =>
        locks.Any(held => now - held.Time > StaleAfter) && locks.All(held => held.Host != ourHost);

    internal static RepositoryLock? Parse(string output)
    {
        try
        {
            using var json = JsonDocument.Parse(output);
            return Rfc3339.Read(Json.Text(json.RootElement, "time")) is { } time && Json.Text(json.RootElement, "hostname") is { Length: > 0 } host
                ? new RepositoryLock(time, host)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
