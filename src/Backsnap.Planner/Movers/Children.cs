using Backsnap.Domain.Backups;
using Backsnap.Domain.Claims;
using Backsnap.Domain.Objects;
using LanguageExt;

namespace Backsnap.Planner.Movers;

/// <summary>Whose child an object is to be: a PVCBackup or PVCRestore, and what it asks of its children.</summary>
/// <param name="Kind">The parent's kind.</param>
/// <param name="Id">The parent.</param>
/// <param name="Placement">What it asks of its children.</param>
/// <param name="Home">Where its children live: beside it, or in the movers' namespace.</param>
internal sealed record Parent(ObjectKind Kind, Identity Id, Placement Placement, NamespaceName Home)
{
    /// <summary>
    /// A parent of movers. Those in the movers' namespace bear the operator's labels and annotations alone: what a tenant could write on a pod beside
    /// those of others might make it somebody else's (a sidecar's, a Service's, a network policy's).
    /// </summary>
    public static Parent Of(ObjectKind kind, Identity id, Placement placement, Settings settings) => settings.IsolatesMoversOf(id.Namespace)
        ? new(kind, id, placement with { Labels = settings.Placement.Labels, Annotations = settings.Placement.Annotations }, settings.MoversFor(id.Namespace))
        : Beside(kind, id, placement);

    /// <summary>A parent of what must be in its own namespace.</summary>
    public static Parent Beside(ObjectKind kind, Identity id, Placement placement) => new(kind, id, placement, id.Namespace);

    /// <summary>The name of its children; those of one kind differ by the suffix.</summary>
    public string NameOfChild(string suffix = "") => IsElsewhere ? ChildName.Elsewhere(Id.Namespace.Value, Id.Name, Id.Uid, suffix) : ChildName.For(Id.Name, Id.Uid, suffix);

    /// <summary>The name of the copy of credentials that its movers read.</summary>
    public string NameOfCredentials(MoverSettings settings) => IsElsewhere
        ? ChildName.OfCredentialsElsewhere(Id.Namespace.Value, Id.Name, Id.Uid, settings.Naming)
        : ChildName.OfCredentials(Id.Name, Id.Uid, settings.Naming);

    private bool IsElsewhere => Home != Id.Namespace;

    /// <summary>The parent, as the one for whose sake its children are written.</summary>
    public Beneficiary Beneficiary => new(Kind, Id);

    /// <summary>The metadata of a child: ours to find by label, ours to own by uid.</summary>
    public Node Metadata(string name, string operation) => Node.Object(
        Node.Set("name", name),
        Node.Set("namespace", Home.Value),
        Node.Set("labels", Node.Map(Labels(operation))),
        Node.Unless0("annotations", IsElsewhere ? Annotations.AddOrUpdate(Marks.Owner, Stated) : Annotations),
        Node.Maybe("ownerReferences", IsElsewhere ? Option<Node>.None : Reference));

    /// <summary>The metadata of a child that is of the whole cluster.</summary>
    public Node MetadataOfCluster(string name, string operation) => Node.Object(
        Node.Set("name", name),
        Node.Set("labels", Node.Map(Labels(operation))),
        Node.Set("annotations", Node.Map(Annotations.AddOrUpdate(Marks.Owner, Stated))));

    /// <summary>The metadata of a claim that a restore fills: the restore's mark stands on it, as on one that is filled where it stays.</summary>
    public Node MetadataOfFilling(string name) => Node.Object(
        Node.Set("name", name),
        Node.Set("namespace", Home.Value),
        Node.Set("labels", Node.Map(Labels("restore"))),
        Node.Set("annotations", Node.Map(Annotations.AddOrUpdate(Marks.Owner, Stated).AddOrUpdate(Marks.Restoring, Id.Uid.Value))));

    /// <summary>Itself, as a child elsewhere states it.</summary>
    public string Stated => StatedOwner.Print(Kind, Id);

    private Node Reference => Node.List(Node.Object(
        Node.Set("apiVersion", Kind.ApiVersion),
        Node.Set("kind", Kind.Kind),
        Node.Set("name", Id.Name),
        Node.Set("uid", Id.Uid.Value),
        Node.Set("controller", true),
        Node.Set("blockOwnerDeletion", true)));

    /// <summary>The annotations of a child and of its pods: the user's, but for Backsnap's own, which say what Backsnap found out itself.</summary>
    public HashMap<string, string> Annotations => Placement.Annotations.Filter((name, _) => !Marks.IsOwn(name));

    /// <summary>The labels of a child and of its pods: the user's, and above them Backsnap's own.</summary>
    public HashMap<string, string> Labels(string operation) =>
        Placement.Labels.Filter((name, _) => !Marks.IsOwn(name)).AddOrUpdate(Marks.ManagedBy, Marks.Backsnap).AddOrUpdate(Marks.Operation, operation);
}

/// <summary>The claim that a mover reads or writes, and how.</summary>
internal sealed record Mount(string ClaimName, bool ReadOnly)
{
    /// <summary>Whether the pod gets a raw device instead of a file system.</summary>
    public bool IsDevice { get; init; }
}
