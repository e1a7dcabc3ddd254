using Backsnap.Domain.Backups;
using Backsnap.Domain.Claims;
using Backsnap.Domain.Objects;
using Backsnap.Domain.Volumes;
using Backsnap.Planner.Movers;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Volumes;

/// <summary>The VolumeSnapshot of a backup, the temporary claim made from it, and the claim that a restore fills.</summary>
internal static class VolumeManifests
{
    /// <summary>The smallest claim that is made where nothing says how large it should be.</summary>
    private static readonly Quantity Smallest = Quantity.OfBytes(1 << 20);

    /// <summary>A snapshot of the claim's volume.</summary>
    public static Manifest Snapshot(Parent parent, string name, Claim source, SnapshotClass snapshotClass) => new(ObjectKind.VolumeSnapshot, parent.Home, name, Node.Object(
        Node.Set("apiVersion", ObjectKind.VolumeSnapshot.ApiVersion),
        Node.Set("kind", ObjectKind.VolumeSnapshot.Kind),
        Node.Set("metadata", parent.Metadata(name, "backup")),
        Node.Set("spec", Node.Object(
            Node.Set("volumeSnapshotClassName", snapshotClass.Name),
            Node.Set("source", Node.Object(Node.Set("persistentVolumeClaimName", source.Id.Name)))))), Some(parent.Beneficiary));

    /// <summary>
    /// A claim with the snapshot's content, of the source's class, modes and volume mode. Its size is the larger of what the
    /// source asked for and what the snapshot needs, which drivers may leave out or report as zero.
    /// </summary>
    public static Manifest FromSnapshot(Parent parent, string name, Claim source, Snapshot snapshot, Option<string> storageClass, bool readOnlyMany) => new(ObjectKind.Claim, parent.Home, name, Node.Object(
        Node.Set("apiVersion", ObjectKind.Claim.ApiVersion),
        Node.Set("kind", ObjectKind.Claim.Kind),
        Node.Set("metadata", parent.Metadata(name, "backup")),
        Node.Set("spec", Node.Object(
            Node.Maybe("storageClassName", storageClass | source.Class),
            Node.Set("accessModes", Modes(readOnlyMany ? Seq1("ReadOnlyMany") : source.AccessModes)),
            Node.Set("volumeMode", source.Mode.ToString()),
            Node.Set("resources", Storage(Quantity.Max(source.Request.IfNone(Smallest), snapshot.RestoreSize.IfNone(Smallest)))),
            Node.Set("dataSource", Node.Object(
                Node.Set("apiGroup", "snapshot.storage.k8s.io"), Node.Set("kind", "VolumeSnapshot"), Node.Set("name", snapshot.Id.Name)))))), Some(parent.Beneficiary));

    /// <summary>
    /// The same stored snapshot once more, for a VolumeSnapshot in the movers' namespace. It is deleted with nothing but itself (Retain): the
    /// snapshot is the tenant's VolumeSnapshot's, and goes with that.
    /// </summary>
    public static Manifest Rebound(Parent parent, string name, SnapshotContent source, string handle, VolumeMode mode) => new(ObjectKind.SnapshotContent, NamespaceName.Trusted(""), name, Node.Object(
        Node.Set("apiVersion", ObjectKind.SnapshotContent.ApiVersion),
        Node.Set("kind", ObjectKind.SnapshotContent.Kind),
        Node.Set("metadata", parent.MetadataOfCluster(name, "backup")),
        Node.Set("spec", Node.Object(
            Node.Set("deletionPolicy", "Retain"),
            Node.Set("driver", source.Driver),
            Node.Set("source", Node.Object(Node.Set("snapshotHandle", handle))),
            Node.Set("sourceVolumeMode", source.Mode.IfNone(mode).ToString()),
            Node.Maybe("volumeSnapshotClassName", source.Class),
            Node.Set("volumeSnapshotRef", Node.Object(
                Node.Set("apiVersion", ObjectKind.VolumeSnapshot.ApiVersion), Node.Set("kind", ObjectKind.VolumeSnapshot.Kind),
                Node.Set("namespace", parent.Home.Value), Node.Set("name", name)))))), Some(parent.Beneficiary));

    /// <summary>The VolumeSnapshot in the movers' namespace that stands for it there.</summary>
    public static Manifest ReboundSnapshot(Parent parent, string name, Option<string> snapshotClass) => new(ObjectKind.VolumeSnapshot, parent.Home, name, Node.Object(
        Node.Set("apiVersion", ObjectKind.VolumeSnapshot.ApiVersion),
        Node.Set("kind", ObjectKind.VolumeSnapshot.Kind),
        Node.Set("metadata", parent.Metadata(name, "backup")),
        Node.Set("spec", Node.Object(
            Node.Maybe("volumeSnapshotClassName", snapshotClass),
            Node.Set("source", Node.Object(Node.Set("volumeSnapshotContentName", name)))))), Some(parent.Beneficiary));

    /// <summary>Whether the volume of a snapshot is made ReadOnlyMany: where the operator or the class says that the driver then copies nothing.</summary>
    public static bool SharesSnapshots(Claim source, Survey survey, Settings settings) =>
        settings.ReadOnlyMany || (settings.StorageClass | source.Class).Bind(name => survey.Cluster.StorageClasses.Find(name)).Exists(found => found.SharesSnapshots);

    /// <summary>
    /// The claim that a restore fills. It has no owner: it is the user's, and outlives the PVCRestore. Until it is filled an
    /// annotation says whose it is. It bears the labels and annotations that the PVCRestore names, but for Backsnap's own.
    /// </summary>
    public static Manifest Target(Identity restore, string name, Quantity size, ClaimFacts facts, Placement placement) => new(ObjectKind.Claim, restore.Namespace, name, Node.Object(
        Node.Set("apiVersion", ObjectKind.Claim.ApiVersion),
        Node.Set("kind", ObjectKind.Claim.Kind),
        Node.Set("metadata", Node.Object(
            Node.Set("name", name),
            Node.Set("namespace", restore.Namespace.Value),
            Node.Unless0("labels", Foreign(placement.Labels)),
            Node.Set("annotations", Node.Map(Foreign(placement.Annotations).AddOrUpdate(Marks.Restoring, restore.Uid.Value))))),
        Node.Set("spec", Node.Object(
            Node.Maybe("storageClassName", facts.Class),
            Node.Set("accessModes", Modes(facts.AccessModes)),
            Node.Maybe("volumeMode", facts.Mode.Map(mode => mode.ToString())),
            Node.Set("resources", Storage(size))))), Some(new Beneficiary(ObjectKind.PvcRestore, restore)));

    /// <summary>The claim in the movers' namespace that a restore fills, before its volume is handed over to the claim of the restore.</summary>
    public static Manifest Filling(Parent parent, string name, Quantity size, ClaimFacts facts) => new(ObjectKind.Claim, parent.Home, name, Node.Object(
        Node.Set("apiVersion", ObjectKind.Claim.ApiVersion),
        Node.Set("kind", ObjectKind.Claim.Kind),
        Node.Set("metadata", parent.MetadataOfFilling(name)),
        Node.Set("spec", Node.Object(
            Node.Maybe("storageClassName", facts.Class),
            Node.Set("accessModes", Modes(facts.AccessModes)),
            Node.Maybe("volumeMode", facts.Mode.Map(mode => mode.ToString())),
            Node.Set("resources", Storage(size))))), Some(parent.Beneficiary));

    /// <summary>The claim of a restore, for a volume that is filled already: as <see cref="Target"/>, and like the volume in all that must match.</summary>
    public static Manifest TargetOf(Identity restore, string name, VolumeFacts volume, Placement placement)
    {
        var made = Target(restore, name, volume.Capacity.IfNone(Smallest), new ClaimFacts(volume.Capacity, volume.Class, volume.AccessModes, Some(volume.Mode)), placement);
        return made with { Body = made.Body is Node.Fields body ? new Node.Fields(body.Values.Map(field => field.Name == "spec" ? field with { Value = WithVolume(field.Value, volume) } : field).Strict()) : made.Body };
    }

    // Of no class is said, not left out: else the cluster's default class would be taken, and not match.
    private static Node WithVolume(Node spec, VolumeFacts volume) => spec is Node.Fields fields
        ? new Node.Fields(Sequences.Join(
            fields.Values, Seq1(new Node.Field("volumeName", volume.Id.Name)), volume.Class.IsNone ? Seq1(new Node.Field("storageClassName", "")) : Seq<Node.Field>()))
        : spec;

    // A label of ours on a user's claim would make it look like one of our children.
    private static HashMap<string, string> Foreign(HashMap<string, string> marks) =>
        marks.Filter((name, _) => !Marks.IsOwn(name));

    private static Node Modes(Seq<string> modes) => Node.Texts(modes.IsEmpty ? Seq1("ReadWriteOnce") : modes);

    private static Node Storage(Quantity size) => Node.Object(Node.Set("requests", Node.Object(Node.Set("storage", size.ToString()))));
}
