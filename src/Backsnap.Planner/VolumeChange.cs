using Backsnap.Domain.Claims;
using Backsnap.Domain.Objects;

namespace Backsnap.Planner;

/// <summary>A step of handing a filled volume from the claim in the movers' namespace to the claim in the tenant's.</summary>
public abstract record VolumeChange
{
    private VolumeChange() { }

    /// <summary>
    /// The volume is to outlive the claim that it was filled through: its policy becomes Retain. Who hands it over, and the policy that it had, are
    /// written on it in the same write.
    /// </summary>
    public sealed record Keep(Beneficiary For, string FormerPolicy) : VolumeChange;

    /// <summary>The volume is for this claim from now on, and for no other of its name.</summary>
    public sealed record Give(ClaimRef To, Uid Uid) : VolumeChange;

    /// <summary>The handing over is done, or given up: the volume gets its policy back, and nothing of Backsnap's stays on it.</summary>
    public sealed record Release(string Policy) : VolumeChange;

    /// <summary>What is written, as a merge patch.</summary>
    public Node Patch => this switch
    {
        Keep keep => Node.Object(
            Node.Set("metadata", Node.Object(Node.Set("annotations", Node.Object(
                Node.Set(Marks.Owner, StatedOwner.Print(keep.For.Kind, keep.For.Id)), Node.Set(Marks.ReclaimPolicy, keep.FormerPolicy))))),
            Node.Set("spec", Node.Object(Node.Set(PolicyField, "Retain")))),
        // The old version goes: it was the other claim's.
        Give give => Node.Object(Node.Set("spec", Node.Object(Node.Set("claimRef", Node.Object(
            Node.Set("apiVersion", ObjectKind.Claim.ApiVersion), Node.Set("kind", ObjectKind.Claim.Kind), Node.Set("namespace", give.To.Namespace.Value),
            Node.Set("name", give.To.Name), Node.Set("uid", give.Uid.Value), Node.Set("resourceVersion", new Node.Nothing())))))),
        Release release => Node.Object(
            Node.Set("metadata", Node.Object(Node.Set("annotations", Node.Object(
                Node.Set(Marks.Owner, new Node.Nothing()), Node.Set(Marks.ReclaimPolicy, new Node.Nothing()))))),
            Node.Set("spec", Node.Object(Node.Set(PolicyField, release.Policy)))),
    };

    private const string PolicyField = "persistentVolumeReclaimPolicy";
}
