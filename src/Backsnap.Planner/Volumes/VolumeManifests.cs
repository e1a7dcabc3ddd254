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
    public static Manifest Snapshot(Parent parent, string name, Claim source, SnapshotClass snapshotClass) => new(ObjectKind.VolumeSnapshot, parent.Id.Namespace, name, Node.Object(
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
    public static Manifest FromSnapshot(Parent parent, string name, Claim source, Snapshot snapshot, Option<string> storageClass, bool readOnlyMany) => new(ObjectKind.Claim, parent.Id.Namespace, name, Node.Object(
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

    // A label of ours on a user's claim would make it look like one of our children.
    private static HashMap<string, string> Foreign(HashMap<string, string> marks) =>
        marks.Filter((name, _) => !Marks.IsOwn(name));

    private static Node Modes(Seq<string> modes) => Node.Texts(modes.IsEmpty ? Seq1("ReadWriteOnce") : modes);

    private static Node Storage(Quantity size) => Node.Object(Node.Set("requests", Node.Object(Node.Set("storage", size.ToString()))));
}
