namespace Backsnap.EndToEnd.Tests.Faults;

/// <summary>What befalls one request on its way to the API server and back.</summary>
internal abstract record Fault
{
    private Fault() { }

    /// <summary>Nothing.</summary>
    public static Fault None { get; } = new Slow(TimeSpan.Zero, TimeSpan.Zero);

    /// <summary>It comes late, and so does its answer.</summary>
    public sealed record Slow(TimeSpan Before, TimeSpan After) : Fault;

    /// <summary>The server refuses it.</summary>
    /// <param name="Status">HTTP status.</param>
    /// <param name="Reason">The reason of the Status document.</param>
    /// <param name="RetryAfterSeconds">When to come back; null where the server does not say.</param>
    /// <param name="Done">Whether it was carried out all the same, as it may be when a server fails or is too slow.</param>
    public sealed record Refused(int Status, string Reason, int? RetryAfterSeconds = null, bool Done = false) : Fault;

    /// <summary>The connection breaks before the server has heard of it.</summary>
    public sealed record CutBefore : Fault;

    /// <summary>The server has carried it out, and the connection breaks before it says so.</summary>
    public sealed record CutAfter : Fault;

    /// <summary>The server has carried it out, and says nothing for as long as the client waits.</summary>
    public sealed record Unanswered : Fault;

    /// <summary>The server has carried it out, and ends before it says so.</summary>
    public sealed record ServerEnds : Fault;

    /// <summary>A watch ends after so many lines, in the way that is said.</summary>
    public sealed record WatchEnds(int Lines, WatchEnd How) : Fault;

    /// <summary>A watch tells each thing so late, in its order.</summary>
    public sealed record WatchLags(TimeSpan By) : Fault;

    /// <summary>A word for the tally; a refusal is told apart by its status.</summary>
    public string Word => this switch
    {
        Slow { Before.Ticks: 0, After.Ticks: 0 } => "nothing",
        Slow => "slow",
        Refused refused => $"{refused.Status}",
        CutBefore => "cut before",
        CutAfter => "cut after",
        Unanswered => "unanswered",
        ServerEnds => "server ends",
        WatchLags => "lag",
        WatchEnds watch => $"watch {watch.How}",
    };
}

/// <summary>How a watch ends.</summary>
internal enum WatchEnd
{
    /// <summary>In good order, as when its time is over.</summary>
    Closed,

    /// <summary>The connection breaks.</summary>
    Broken,

    /// <summary>The connection breaks in the midst of a line.</summary>
    BrokenWithin,

    /// <summary>An event says that the version is forgotten (410).</summary>
    Expired,
}
