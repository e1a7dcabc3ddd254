using NodaTime;

namespace Backsnap.Simulation.Tests.Cluster;

/// <summary>Virtual time: it jumps to the next thing that happens, and never back.</summary>
internal sealed class SimulatedClock(Instant start) : IClock
{
    private readonly PriorityQueue<Action, (Instant, long)> agenda = new();
    private long entries;

    /// <summary>Now.</summary>
    public Instant Now { get; private set; } = start;

    /// <inheritdoc/>
    public Instant GetCurrentInstant() => Now;

    /// <summary>When the next thing happens, if anything does.</summary>
    public Instant? Next => agenda.TryPeek(out _, out var at) ? at.Item1 : null;

    /// <summary>Has something happen after a while. What is due at one instant happens in the order in which it was asked for.</summary>
    public void After(Duration pause, Action what) => At(Now + pause, what);

    /// <summary>Has something happen at an instant, or now where that is past.</summary>
    public void At(Instant when, Action what) => agenda.Enqueue(what, (Instant.Max(when, Now), ++entries));

    /// <summary>Does everything that is due; whether anything was.</summary>
    public bool RunDue()
    {
        var any = false;
        while (agenda.TryPeek(out _, out var at) && at.Item1 <= Now)
        {
            any = true;
            agenda.Dequeue()();
        }

        return any;
    }

    /// <summary>Jumps ahead.</summary>
    public void JumpTo(Instant when) => Now = Instant.Max(Now, when);
}
