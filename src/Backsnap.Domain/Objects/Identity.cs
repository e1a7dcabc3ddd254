using Backsnap.Domain.Claims;
using LanguageExt;
using NodaTime;

namespace Backsnap.Domain.Objects;

/// <summary>An object's uid: the one thing that tells it from another of the same name, now or earlier.</summary>
public sealed record Uid(string Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>
/// The controller that an object's ownerReferences name; or, of an object in the movers' own namespace, the owner in another namespace that its
/// annotation states (see <see cref="StatedOwner"/>).
/// </summary>
public sealed record Owner(string Kind, string Name, Uid Uid)
{
    /// <summary>The namespace of an owner that was stated; None for one that an ownerReference names, which lives beside its child.</summary>
    public Option<NamespaceName> Namespace { get; init; }

    /// <summary>The API group of its kind; empty for the core group.</summary>
    public string Group { get; init; } = "";

    /// <summary>Whether it is a PVCBackup, PVCRestore or PVCMaintenance, and not an object of another group whose kind merely has that name.</summary>
    public bool IsOurs => Group == ObjectKind.Group && (Kind == ObjectKind.PvcBackup.Kind || Kind == ObjectKind.PvcRestore.Kind || Kind == ObjectKind.PvcMaintenance.Kind);
}

/// <summary>
/// Which object this is, and which state of it was seen. Two objects are the same only if their uids are; a name says what
/// an object was made for, never that it is ours.
/// </summary>
/// <param name="Namespace">Where it lives.</param>
/// <param name="Name">Its name within the namespace.</param>
/// <param name="Uid">Given by the API server at creation, never re-used.</param>
/// <param name="Version">The resourceVersion that was seen; a write that carries it fails where the object has changed since.</param>
/// <param name="Created">creationTimestamp (API server's clock, whole seconds).</param>
/// <param name="Deleting">Whether a deletionTimestamp is set: it is going, and finalizers hold it for a while.</param>
/// <param name="Controller">The owner with <c>controller: true</c>, or the one that was stated where nobody but the operator writes.</param>
/// <param name="Labels">Its labels.</param>
public sealed record Identity(
    NamespaceName Namespace, string Name, Uid Uid, string Version, Instant Created, bool Deleting, Option<Owner> Controller, HashMap<string, string> Labels)
{
    /// <summary>Whether this object is a child of the object with the given uid. Nothing else makes it ours.</summary>
    public bool IsChildOf(Uid owner) => Controller.Exists(controller => controller.Uid == owner);

    /// <summary>Whether it lives elsewhere than its owner: in the movers' namespace, or in none as objects of the whole cluster do.</summary>
    public bool IsElsewhere => Controller.Exists(controller => controller.Namespace.IsSome);

    /// <summary>The namespace for whose sake it is there: its owner's, where that lives elsewhere.</summary>
    public NamespaceName ForNamespace => Controller.Bind(controller => controller.Namespace).IfNone(Namespace);
}
