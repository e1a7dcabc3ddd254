using Backsnap.Domain.Objects;
using Backsnap.Domain.Claims;
using LanguageExt;
using NodaTime;

namespace Backsnap.Domain.Volumes;

/// <summary>A storage class: the driver that provisions its volumes, and whether it waits for the pod before it does.</summary>
public sealed record StorageClass(string Name, string Provisioner, bool WaitsForConsumer, bool IsDefault)
{
    /// <summary>Whether its driver gives a ReadOnlyMany volume of a snapshot without copying it (the annotation <see cref="Marks.ReadOnlyMany"/>).</summary>
    public bool SharesSnapshots { get; init; }
}

/// <summary>A volume snapshot class: which driver it is for, and whether deleting a snapshot object keeps the stored snapshot (Retain).</summary>
public sealed record SnapshotClass(string Name, string Driver, bool IsDefault, bool Retains);

/// <summary>A persistent volume; the driver is absent where it is not a CSI volume.</summary>
public sealed record Volume(string Name, Option<string> Driver)
{
    /// <summary>The one node from which alone it can be reached, where its node affinity says so.</summary>
    public Option<string> Node { get; init; }

    /// <summary>What handing it over needs to know; read only where movers have a namespace of their own.</summary>
    public Option<VolumeFacts> Facts { get; init; }
}

/// <summary>A VolumeSnapshot: ready or not, its size, and the error that the snapshotter last met.</summary>
public sealed record Snapshot(Identity Id, bool Ready, Option<Instant> TakenAt, Option<Quantity> RestoreSize, Option<string> Error)
{
    /// <summary>The VolumeSnapshotContent that it is bound to.</summary>
    public Option<string> Content { get; init; }
}

/// <summary>A VolumeSnapshotContent: the storage system's snapshot behind a VolumeSnapshot.</summary>
/// <param name="Id">Which object; it has no namespace.</param>
/// <param name="Driver">The CSI driver.</param>
/// <param name="Class">The class that it was made with.</param>
/// <param name="Mode">The volume mode of the snapshot's source; None where it is not known.</param>
/// <param name="Handle">The driver's own name of the snapshot, once it is taken.</param>
/// <param name="For">The uid of the VolumeSnapshot that it is bound to.</param>
public sealed record SnapshotContent(Identity Id, string Driver, Option<string> Class, Option<VolumeMode> Mode, Option<string> Handle, Option<Uid> For);
