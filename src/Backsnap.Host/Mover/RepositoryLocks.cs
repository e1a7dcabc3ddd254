using System.Collections.Immutable;
using NodaTime;

namespace Backsnap.Host.Mover;

/// <summary>What may be done about the locks of a repository.</summary>
internal enum LockRemedy
{
    /// <summary>Nothing but to wait.</summary>
    Wait,

    /// <summary>restic's <c>unlock</c>, which removes what was not refreshed for 30 minutes.</summary>
    RemoveStale,

    /// <summary>restic's <c>unlock --remove-all</c>: every holder is proven gone.</summary>
    RemoveAll,
}

/// <summary>
/// Runs calls that need a lock of the repository. A killed mover leaves its lock, which hinders no backup, but every retention after it: so a
/// call that meets one is tried once without waiting, dead locks are removed, and only then is waited for what is left.
/// </summary>
/// <remarks>
/// A lock is removed on proof alone: it is stale by restic's own rule, or its host is one of those that the operator names as gone. restic
/// removes stale locks, or all; not one. All are removed, therefore, only where all are dead. A lock that is made in the second between
/// reading and removing goes with them. Movers of one repository never run at once, so that can only be another's restic; it notices at its
/// next refresh, within five minutes, that its lock is gone, and gives up. Nothing of ours that deletes data runs without a lock of its own.
/// restic's rule has a second part: a lock with our host's name whose process number is free. That is wrong between containers (equal
/// names, process numbers of their own: a live lock was taken so, and prune destroyed the running backup), so nothing at all is removed
/// while a lock has our own host's name.
/// </remarks>
/// <param name="restic">Runs restic.</param>
/// <param name="patience">How long to wait for locks, and who is proven gone.</param>
/// <param name="log">The log.</param>
internal sealed class RepositoryLocks(Restic restic, Patience patience, MoverLog log)
{
    private const int Locked = 11;

    // Reading a lock costs as much as opening the repository; more than these are not left by accident.
    private const int MostRead = 20;

    /// <summary>Runs the call; where it ends because of a lock, the exit names the holders.</summary>
    public async Task<ResticExit> Run(ResticCall call, CancellationToken stop)
    {
        var exit = await restic.Run(call, stop).ConfigureAwait(false);
        if (exit.Ending is not ResticEnding.Exited(Locked))
            return exit;

        var held = await Held(stop).ConfigureAwait(false);
        await Remove(held, stop).ConfigureAwait(false);
        foreach (var held1 in held ?? [])
            log.Line($"the repository is locked by {held1.Describe(Now)}");
        // The store has answered; waiting for a lock says nothing more of it.
        exit = await restic.Run(call with { Arguments = call.Arguments.Insert(1, $"--retry-lock={patience.RetryLock}"), ContactLimit = null }, stop).ConfigureAwait(false);
        if (exit.Ending is not ResticEnding.Exited(Locked))
            return exit;

        // What has become stale while it was waited for is gone now, too.
        var left = await Held(stop).ConfigureAwait(false);
        return await Remove(left, stop).ConfigureAwait(false)
            ? await restic.Run(call, stop).ConfigureAwait(false)
            : exit with { Holders = left is { IsEmpty: false } holders ? string.Join("; ", holders.Take(3).Select(holder => $"held by {holder.Describe(Now)}")) : null };
    }

    /// <summary>What the locks allow.</summary>
    /// <param name="locks">All locks of the repository.</param>
    /// <param name="ourHost">The name of the host that we run on.</param>
    /// <param name="dead">Hosts that are proven gone.</param>
    /// <param name="now">The time.</param>
    internal static LockRemedy RemedyFor(ImmutableArray<RepositoryLock> locks, string ourHost, ImmutableArray<DeadHolder> dead, Instant now)
    {
        if (locks.IsEmpty || locks.Any(held => held.Host == ourHost))
            return LockRemedy.Wait;
        var proven = locks.Count(held => dead.Any(holder => holder.Is(held.Host)));
        return proven > 0 && locks.All(held => held.IsStale(now) || dead.Any(holder => holder.Is(held.Host))) ? LockRemedy.RemoveAll
            : locks.Any(held => held.IsStale(now)) ? LockRemedy.RemoveStale
            : LockRemedy.Wait;
    }

    private static Instant Now => SystemClock.Instance.GetCurrentInstant();

    private async Task<bool> Remove(ImmutableArray<RepositoryLock>? held, CancellationToken stop) =>
        held is { } locks && RemedyFor(locks, Environment.MachineName, patience.DeadHolders, Now) switch
        {
            LockRemedy.RemoveAll => await Unlock(["unlock", "--remove-all"], "every lock's holder is proven gone: the locks are removed", stop).ConfigureAwait(false),
            LockRemedy.RemoveStale => await Unlock(["unlock"], "a lock was not refreshed for 30 minutes: its holder is gone, it is removed", stop).ConfigureAwait(false),
            LockRemedy.Wait or _ => false,
        };

    private async Task<bool> Unlock(ImmutableArray<string> arguments, string why, CancellationToken stop)
    {
        log.Line(why);
        return (await restic.Run(new ResticCall(arguments), stop).ConfigureAwait(false)).Succeeded;
    }

    // Null when a lock could not be read, which may be anybody's: one that went meanwhile is only a reason to come back later.
    private async Task<ImmutableArray<RepositoryLock>?> Held(CancellationToken stop)
    {
        var listed = await restic.Run(new ResticCall(["list", "locks", "--no-lock"]) { KeepOutput = true }, stop).ConfigureAwait(false);
        var ids = listed.Output.Split('\n', StringSplitOptions.TrimEntries).Where(SnapshotQuery.IsFullId).ToImmutableArray();
        if (!listed.Succeeded || ids.Length > MostRead)
            return null;

        var locks = ImmutableArray.CreateBuilder<RepositoryLock>();
        foreach (var id in ids)
        {
            var shown = await restic.Run(new ResticCall(["cat", "lock", "--no-lock", "--", id]) { KeepOutput = true }, stop).ConfigureAwait(false);
            if (!shown.Succeeded || RepositoryLock.Parse(shown.Output) is not { } held)
                return null;
            locks.Add(held);
        }

        return locks.ToImmutable();
    }
}
