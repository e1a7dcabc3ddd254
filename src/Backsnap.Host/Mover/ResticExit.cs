using System.Collections.Immutable;

namespace Backsnap.Host.Mover;

/// <summary>How one call of restic came to its end.</summary>
internal abstract record ResticEnding
{
    private ResticEnding()
    {
    }

    /// <summary>It ended by itself.</summary>
    public sealed record Exited(int Code) : ResticEnding;

    /// <summary>We were told to stop, and stopped it.</summary>
    public sealed record Interrupted : ResticEnding;

    /// <summary>It was stopped because the call as a whole may take no longer than this.</summary>
    public sealed record LimitPassed(TimeSpan Limit) : ResticEnding;

    /// <summary>It was stopped because nothing had moved for this long.</summary>
    public sealed record Stalled(TimeSpan Limit) : ResticEnding;

    /// <summary>There was no process at all.</summary>
    public sealed record NotStarted(string Why) : ResticEnding;
}

/// <summary>One finished call of restic and what it said.</summary>
/// <param name="Ending">How it ended: the only thing that tells success.</param>
/// <param name="Output">Standard output of a call that asked to keep it; else empty.</param>
/// <param name="Tail">The last lines of standard error that were no messages: bounded in number and length.</param>
/// <param name="LastRetryCause">Why the last repeated request to the store had failed.</param>
/// <param name="ExitError">restic's own message on giving up (0.18 and newer).</param>
internal sealed record ResticExit(ResticEnding Ending, string Output, ImmutableArray<string> Tail, string? LastRetryCause, string? ExitError)
{
    /// <summary>Who holds the locks that ended it, where that could be read.</summary>
    public string? Holders { get; init; }

    /// <summary>The last line of the <c>ssh</c> that it ran.</summary>
    public string? ShellSaid { get; init; }

    public bool Succeeded => Ending is ResticEnding.Exited(0);

    /// <summary>A backup that is kept although some files could not be read.</summary>
    public bool Incomplete => Ending is ResticEnding.Exited(FailureKind.Incomplete);
}

/// <summary>What to run and how to follow it.</summary>
/// <param name="Arguments">restic's arguments: options in the form <c>--name=value</c>, positional ones after <c>--</c>.</param>
internal sealed record ResticCall(ImmutableArray<string> Arguments)
{
    /// <summary>The longest that the call may take; unlimited when null.</summary>
    public TimeSpan? Limit { get; init; }

    /// <summary>
    /// The longest that it may take until the store has answered, which the first message of progress shows: restic repeats most failures of a
    /// store for about fifteen minutes before it says so. Unlimited when null.
    /// </summary>
    public TimeSpan? ContactLimit { get; init; }

    /// <summary>Keep standard output whole, for answers that are one JSON document.</summary>
    public bool KeepOutput { get; init; }

    /// <summary>
    /// Takes standard output as bytes, for content rather than messages; it gets something to call whenever it has taken some. When it closes
    /// the stream early, restic ends.
    /// </summary>
    public Func<Stream, Action, Task>? Sink { get; init; }

    /// <summary>Sees each message as it comes, from either stream, one at a time.</summary>
    public Action<ResticMessage> OnMessage { get; init; } = static _ => { };
}
