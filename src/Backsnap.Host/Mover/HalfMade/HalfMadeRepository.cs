using NodaTime;

namespace Backsnap.Host.Mover.HalfMade;

/// <summary>
/// Clears away what a killed making of a repository left, so that the next backup needs nobody's help. It is removed on proof alone: one key
/// lies there, nothing else at all, and whoever made that key is gone. Whatever else is found stays as it is, for a person to judge: a full
/// repository that lost its configuration looks alike to restic.
/// </summary>
/// <param name="repository">The address as restic takes it.</param>
/// <param name="environment">What restic gets to see.</param>
/// <param name="patience">Who is proven gone.</param>
/// <param name="log">The log.</param>
internal sealed class HalfMadeRepository(string repository, IReadOnlyDictionary<string, string> environment, Patience patience, MoverLog log)
{
    /// <summary>Clears it away; what kept it from that otherwise.</summary>
    /// <returns>Null when the place is free for a new repository.</returns>
    public async Task<Failure?> Clear(CancellationToken stop)
    {
        if (Places.Of(repository, environment) is not { } place)
            return Kept("what lies in this kind of store is seen by restic alone", mayBeEmpty: true);
        if (await place.List(stop).ConfigureAwait(false) is not { } remains)
            return Kept("what else lies there could not be seen", mayBeEmpty: true);
        if (remains.LoneKey is not { } key)
            return Kept("it holds more than that one key", mayBeEmpty: false);
        if (await place.Read(key, stop).ConfigureAwait(false) is not { } content || KeyOrigin.Parse(content) is not { } origin)
            return Kept($"the key {key} does not say who made it", mayBeEmpty: true);
        if (!origin.IsOver(patience.DeadHolders, Environment.MachineName, SystemClock.Instance.GetCurrentInstant()))
            return new Failure(
                FailureKind.Locked with { WayOut = "Try again later: what its maker left is removed when the maker is gone, or after an hour." },
                $"{origin.Host} began to make it at {Rfc3339.Write(origin.Created)} and is not known to be gone");

        log.Line($"the making of the repository was interrupted at {Rfc3339.Write(origin.Created)} on {origin.Host}: nothing but its key lies there, it is removed");
        return await place.Remove(key, stop).ConfigureAwait(false) ? null : Kept($"the store does not let the key {key} be removed", mayBeEmpty: true);
    }

    // restic's words for it name neither what is wrong nor what to do.
    private static Failure Kept(string why, bool mayBeEmpty) => new(
        FailureKind.RepositoryDamaged with
        {
            WayOut = !mayBeEmpty
                ? "Its file config was lost: bring that back, or, if it has no snapshots, delete what is there."
                : "If it has no snapshots, its making was interrupted: delete its directory keys, and the next backup makes it anew. Else bring its file config back.",
        },
        $"it has keys and no configuration, and {why}");
}
