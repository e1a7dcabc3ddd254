using NodaTime;

namespace Backsnap.Simulation.Tests.Controllers;

/// <summary>What the snapshotter makes of a VolumeSnapshot.</summary>
internal abstract record SnapshotFate
{
    private SnapshotFate() { }

    /// <summary>Ready after a while.</summary>
    public sealed record Ready(Duration After) : SnapshotFate;

    /// <summary>An error soon, ready all the same after a while.</summary>
    public sealed record ReadyAfterError(string Error, Duration After) : SnapshotFate;

    /// <summary>An error soon, and never anything else.</summary>
    public sealed record Stuck(string Error) : SnapshotFate;

    /// <summary>Nobody ever looks at it.</summary>
    public sealed record Ignored : SnapshotFate;
}

/// <summary>What becomes of one run of a mover, that is, of one pod.</summary>
internal abstract record MoverFate
{
    private MoverFate() { }

    /// <summary>It does what it was asked for.</summary>
    public sealed record Works : MoverFate;

    /// <summary>It saves a snapshot, but cannot read some files (exit code 3).</summary>
    public sealed record ReadsSome : MoverFate;

    /// <summary>It ends with this exit code and says why. A restore has written a part by then.</summary>
    public sealed record Fails(int ExitCode, string Reason) : MoverFate;

    /// <summary>The kernel kills it for memory; it reports nothing.</summary>
    public sealed record OutOfMemory : MoverFate;

    /// <summary>It does its work and is killed before it can report.</summary>
    public sealed record DiesAfterwards : MoverFate;

    /// <summary>Its pod never runs.</summary>
    public sealed record NeverStarts(string Reason, string Message) : MoverFate;

    /// <summary>The node is drained under it: the pod is evicted, which does not count against the Job.</summary>
    public sealed record Evicted : MoverFate;

    /// <summary>It runs until somebody ends it.</summary>
    public sealed record Hangs : MoverFate;
}

/// <summary>What controllers and movers meet. Asked once for each object, in an order that the seed decides.</summary>
internal class Fates
{
    /// <summary>Of a VolumeSnapshot.</summary>
    public virtual SnapshotFate Snapshot(Cluster.Stored snapshot) => new SnapshotFate.Ready(Duration.FromSeconds(5));

    /// <summary>Of a Job's pod; <paramref name="run"/> counts from 1.</summary>
    public virtual MoverFate Mover(Cluster.Stored job, int run) => new MoverFate.Works();

    /// <summary>How long the mover runs.</summary>
    public virtual Duration Runs(Cluster.Stored job) => Duration.FromSeconds(30);

    /// <summary>How long a provisioner takes; null for ever.</summary>
    public virtual Duration? Binds(Cluster.Stored claim) => Duration.FromSeconds(2);
}
