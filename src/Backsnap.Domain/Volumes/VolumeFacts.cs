using Backsnap.Domain.Claims;
using Backsnap.Domain.Objects;
using LanguageExt;

namespace Backsnap.Domain.Volumes;

/// <summary>Where a volume stands between claims.</summary>
public enum VolumePhase
{
    /// <summary>Not a phase of those below.</summary>
    Other,

    /// <summary>Nobody's.</summary>
    Available,

    /// <summary>A claim has it.</summary>
    Bound,

    /// <summary>The claim that had it is gone.</summary>
    Released,
}

/// <summary>The claim that a volume is for.</summary>
/// <param name="Ref">Its namespace and name.</param>
/// <param name="Uid">Its uid; None for a volume that waits for a claim of that name.</param>
public sealed record VolumeHolder(ClaimRef Ref, Option<Uid> Uid);

/// <summary>What handing a volume over from one claim to another needs to know of it.</summary>
/// <param name="Id">Which volume; it has no namespace. Its controller is the PVCRestore that hands it over, as it states itself.</param>
/// <param name="Phase">Where it stands.</param>
/// <param name="Holder">The claim that it is for.</param>
/// <param name="ReclaimPolicy">What becomes of it once its claim is gone: Delete or Retain.</param>
/// <param name="FormerPolicy">The policy from before the handing over (the annotation <see cref="Marks.ReclaimPolicy"/>).</param>
/// <param name="Class">Its storage class.</param>
/// <param name="Capacity">Its size.</param>
/// <param name="AccessModes">The ways in which it can be mounted.</param>
/// <param name="Mode">File system or block device.</param>
/// <param name="SecretsIn">The namespaces whose Secrets its driver reads for it.</param>
public sealed record VolumeFacts(
    Identity Id, VolumePhase Phase, Option<VolumeHolder> Holder, string ReclaimPolicy, Option<string> FormerPolicy, Option<string> Class, Option<Quantity> Capacity,
    Seq<string> AccessModes, VolumeMode Mode, Seq<string> SecretsIn);
