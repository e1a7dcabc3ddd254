using Backsnap.Domain.Backups;
using Backsnap.Domain.Objects;
using LanguageExt;

namespace Backsnap.Planner.Movers;

/// <summary>Whose child an object is to be: a PVCBackup or PVCRestore, and what it asks of its children.</summary>
internal sealed record Parent(ObjectKind Kind, Identity Id, Placement Placement)
{
    /// <summary>The parent, as the one for whose sake its children are written.</summary>
    public Beneficiary Beneficiary => new(Kind, Id);

    /// <summary>The metadata of a child: ours to find by label, ours to own by uid.</summary>
    public Node Metadata(string name, string operation) => Node.Object(
        Node.Set("name", name),
        Node.Set("namespace", Id.Namespace.Value),
        Node.Set("labels", Node.Map(Labels(operation))),
        Node.Unless0("annotations", Annotations),
        Node.Set("ownerReferences", Node.List(Node.Object(
            Node.Set("apiVersion", Kind.ApiVersion),
            Node.Set("kind", Kind.Kind),
            Node.Set("name", Id.Name),
            Node.Set("uid", Id.Uid.Value),
            Node.Set("controller", true),
            Node.Set("blockOwnerDeletion", true)))));

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
