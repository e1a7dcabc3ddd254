using NodaTime;

namespace Backsnap.Planner.Tests.Worlds;

/// <summary>What the snapshotter will make of a VolumeSnapshot.</summary>
internal abstract record SnapshotFate
{
    private SnapshotFate() { }

    /// <summary>Ready after five seconds.</summary>
    public sealed record Ready : SnapshotFate;

    /// <summary>An error after five seconds, ready after sixty.</summary>
    public sealed record ReadyAfterError(string Error) : SnapshotFate;

    /// <summary>An error after five seconds, and never anything else.</summary>
    public sealed record Stuck(string Error) : SnapshotFate;

    /// <summary>Nobody ever looks at it.</summary>
    public sealed record Ignored : SnapshotFate;
}

/// <summary>What will become of a mover.</summary>
internal abstract record MoverFate
{
    private MoverFate() { }

    /// <summary>It does what it was asked for, and finds in the repository what earlier movers saved there.</summary>
    public sealed record Works : MoverFate;

    /// <summary>It saves a snapshot, but cannot read some files (exit code 3).</summary>
    public sealed record ReadsSome(string Warning) : MoverFate;

    /// <summary>It ends with this exit code and says why.</summary>
    public sealed record Fails(int ExitCode, string Reason, string Message) : MoverFate;

    /// <summary>The kernel kills it for memory; it reports nothing.</summary>
    public sealed record OutOfMemory : MoverFate;

    /// <summary>Its pod never runs.</summary>
    public sealed record NeverStarts(string Diagnosis) : MoverFate;

    /// <summary>Its Job completes, but its pod is gone before anybody read its report.</summary>
    public sealed record VanishesAfterwards : MoverFate;
}

/// <summary>What will happen to the children of one PVCBackup or PVCRestore.</summary>
internal sealed record Fate(SnapshotFate Snapshot, MoverFate Mover, Duration Runs)
{
    /// <summary>All goes well; the mover runs for a minute.</summary>
    public static Fate Good { get; } = new(new SnapshotFate.Ready(), new MoverFate.Works(), Duration.FromMinutes(1));

    /// <summary>The mover meets this.</summary>
    public static Fate Of(MoverFate mover) => Good with { Mover = mover };

    /// <summary>The snapshot meets this.</summary>
    public static Fate Of(SnapshotFate snapshot) => Good with { Snapshot = snapshot };
}
