using Backsnap.Domain.Objects;
using LanguageExt;

namespace Backsnap.Domain.Claims;

/// <summary>What a claim's volume is given to pods as.</summary>
public enum VolumeMode
{
    /// <summary>A mounted file system.</summary>
    Filesystem,

    /// <summary>A raw block device.</summary>
    Block,
}

/// <summary>Where a claim stands on its way to a volume.</summary>
public enum ClaimPhase
{
    /// <summary>No volume yet.</summary>
    Pending,

    /// <summary>It has its volume.</summary>
    Bound,

    /// <summary>Its volume is gone; so is the data.</summary>
    Lost,
}

/// <summary>A PersistentVolumeClaim: what of it matters for backing it up, restoring it, or making a temporary one like it.</summary>
/// <param name="Id">Which claim.</param>
/// <param name="Phase">Whether it has a volume.</param>
/// <param name="Mode">File system or block device.</param>
/// <param name="Class">The storage class; None where the claim names none or the empty one.</param>
/// <param name="VolumeName">The bound volume.</param>
/// <param name="AccessModes">As in the spec, in order.</param>
/// <param name="Request">The size asked for.</param>
/// <param name="Capacity">The size of the bound volume.</param>
/// <param name="Schedule">The annotation <see cref="Marks.Schedule"/>, empty text included.</param>
/// <param name="TimeZone">The annotation <see cref="Marks.TimeZone"/>.</param>
/// <param name="Restoring">The annotation <see cref="Marks.Restoring"/>.</param>
public sealed record Claim(
    Identity Id, ClaimPhase Phase, VolumeMode Mode, Option<string> Class, Option<string> VolumeName, Seq<string> AccessModes,
    Option<Quantity> Request, Option<Quantity> Capacity, Option<string> Schedule, Option<string> TimeZone, Option<Uid> Restoring)
{
    /// <summary>The claim's reference.</summary>
    public ClaimRef Ref { get; } = new(Id.Namespace, Id.Name);

    /// <summary>All annotations of Backsnap's own prefix, by their full names (see <see cref="Objects.Marks"/>): the wishes that rules read.</summary>
    public HashMap<string, string> Marks { get; init; }

    /// <summary>Those of its labels that its snapshots shall remember, by their names.</summary>
    public HashMap<string, string> Labels { get; init; }

    /// <summary>Whether Backsnap made it from a snapshot, for a backup: it has a PVCBackup as its controller.</summary>
    public bool IsTemporary => Id.Controller.Exists(owner => owner.Kind == ObjectKind.PvcBackup.Kind);
}
