using Backsnap.Simulation.Tests.Cluster;
using Backsnap.Simulation.Tests.Controllers;
using Backsnap.Simulation.Tests.Operators;
using NodaTime;

namespace Backsnap.Simulation.Tests.Years;

/// <summary>Fates by chance: most things go well.</summary>
internal sealed class RandomFates(Random chance, int perThousand) : Fates
{
    /// <summary>Whether nothing goes wrong any more: the last days of a world.</summary>
    public bool Kind { get; set; }

    public override SnapshotFate Snapshot(Stored snapshot) => !Strikes() ? base.Snapshot(snapshot) : chance.Next(3) switch
    {
        0 => new SnapshotFate.Stuck("the array is full"),
        1 => new SnapshotFate.Ignored(),
        _ => new SnapshotFate.ReadyAfterError("the array is busy", Duration.FromMinutes(2)),
    };

    public override MoverFate Mover(Stored job, int run) => !Strikes() ? base.Mover(job, run) : chance.Next(7) switch
    {
        0 => new MoverFate.ReadsSome(),
        1 => new MoverFate.Fails(25, "StoreUnreachable"),
        2 => new MoverFate.OutOfMemory(),
        3 => new MoverFate.DiesAfterwards(),
        4 => new MoverFate.NeverStarts("ImagePullBackOff", "Back-off pulling image"),
        5 => new MoverFate.Evicted(),
        _ => new MoverFate.Hangs(),
    };

    private bool Strikes() => !Kind && chance.Next(1000) < perThousand;
}

/// <summary>Faults by chance, between the operator and the API server.</summary>
internal sealed class RandomFaults(Random chance, int calls, int views) : Faults
{
    private static readonly CallFault[] All = Enum.GetValues<CallFault>();

    /// <summary>Whether nothing goes wrong any more.</summary>
    public bool Kind { get; set; }

    // A crash costs a whole list of the cluster, and ten in an hour would be another story.
    public override CallFault? OfCall(int number, string verb) => Kind || chance.Next(1000) >= calls ? null : All[chance.Next(20) == 0 ? chance.Next(2) : 2 + chance.Next(All.Length - 2)];

    public override ViewFault? OfEvent(int number) => Kind || chance.Next(1000) >= views ? null : chance.Next(20) == 0 ? ViewFault.Hidden : ViewFault.Delayed;
}
