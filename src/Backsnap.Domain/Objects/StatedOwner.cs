using Backsnap.Domain.Claims;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Backsnap.Domain.Objects;

/// <summary>
/// Ownership across namespaces. Kubernetes allows no ownerReference to an object of another namespace, and its garbage collector deletes what has
/// one. So a child in the movers' namespace, or of the whole cluster, states its owner in the annotation <see cref="Marks.Owner"/>:
/// <c>PVCBackup/shop/nightly/5c0e…</c> (kind, namespace, name and uid).
/// </summary>
/// <remarks>
/// An annotation proves only as much as the place where it stands: it is believed of objects in the namespace that the operator was told is its
/// movers' own (<c>--mover-namespace</c>), where tenants cannot write, and of objects of the whole cluster, which only administrators write; and
/// only beside the label <see cref="Marks.ManagedBy"/>. Anywhere else it says nothing.
/// </remarks>
public static class StatedOwner
{
    /// <summary>The annotation's text.</summary>
    public static string Print(ObjectKind kind, Identity owner) => $"{kind.Kind}/{owner.Namespace}/{owner.Name}/{owner.Uid}";

    /// <summary>Reads the annotation's text; None where it is not one that <see cref="Print"/> writes.</summary>
    public static Option<Owner> Read(string text) =>
        text.Split('/') is [var kind, var ns, var name, { Length: > 0 } uid] && DnsName.IsLabel(ns) && DnsName.IsSubdomain(name)
            ? Some(new Owner(kind, name, new Uid(uid)) { Group = ObjectKind.Group, Namespace = Some(NamespaceName.Trusted(ns)) }).Filter(owner => owner.IsOurs)
            : None;
}
