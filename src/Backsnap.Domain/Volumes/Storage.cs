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
}

/// <summary>A VolumeSnapshot: ready or not, its size, and the error that the snapshotter last met.</summary>
public sealed record Snapshot(Identity Id, bool Ready, Option<Instant> TakenAt, Option<Quantity> RestoreSize, Option<string> Error);
