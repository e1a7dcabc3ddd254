namespace Backsnap.Host.Mover;

/// <summary>What the first contact with a repository showed.</summary>
internal abstract record RepositoryState
{
    private RepositoryState()
    {
    }

    /// <summary>It is there and the password opens it.</summary>
    public sealed record Present : RepositoryState;

    /// <summary>The store answers, and has no repository at this place.</summary>
    public sealed record Absent(Failure Failure) : RepositoryState;

    /// <summary>It cannot be told, or not be used.</summary>
    public sealed record Unusable(Failure Failure) : RepositoryState;
}

/// <summary>
/// Asks for the repository's configuration before anything else, within a time of its own: restic from 0.17 on repeats most failures of a
/// store (no such host, wrong secret, missing bucket, full) for about fifteen minutes before it says so. Takes no lock.
/// </summary>
internal static class Probe
{
    /// <summary>Why the repository cannot be used as it stands; null when it can.</summary>
    public static async Task<Failure?> Trouble(Restic restic, Patience patience, CancellationToken stop) =>
        await Ask(restic, patience, stop).ConfigureAwait(false) switch
        {
            RepositoryState.Present => null,
            RepositoryState.Absent(var failure) => failure,
            RepositoryState.Unusable(var failure) => failure,
        };

    /// <summary>Asks.</summary>
    public static async Task<RepositoryState> Ask(Restic restic, Patience patience, CancellationToken stop)
    {
        var exit = await restic.Run(
            new ResticCall(["cat", "config", "--json", "--no-lock"]) { Limit = patience.ProbeLimit, KeepOutput = true }, stop).ConfigureAwait(false);
        return exit.Ending switch
        {
            ResticEnding.Exited(0) => new RepositoryState.Present(),
            ResticEnding.Exited(10) => new RepositoryState.Absent(FailureDiagnosis.Of(exit)),
            ResticEnding.Exited or ResticEnding.Interrupted or ResticEnding.LimitPassed or ResticEnding.Stalled or ResticEnding.NotStarted =>
                new RepositoryState.Unusable(FailureDiagnosis.Of(exit)),
        };
    }
}
