using System.Text.Json.Nodes;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Volumes;

/// <summary>Which volume a claim gets, of those that are there.</summary>
internal static class VolumeMatch
{
    /// <summary>
    /// The volume that names the claim, else the one that the claim names, else the smallest free one that fits; null when there is none.
    /// </summary>
    public static JsonObject? Find(JsonObject claim, IEnumerable<JsonObject> volumes)
    {
        var candidates = volumes.Where(volume => !volume.IsTerminating()).ToList();
        var wanted = claim.Text("spec", "volumeName");
        return candidates.FirstOrDefault(volume => IsMeantFor(volume, claim) && (wanted is null or "" || volume.NameOf() == wanted))
            ?? candidates.Where(volume => volume.Child("spec", "claimRef") is null)
                .Where(volume => wanted is null or "" ? Fits(volume, claim) : volume.NameOf() == wanted)
                .MinBy(Capacity);
    }

    /// <summary>Whether an unclaimed volume may serve a claim that names none.</summary>
    public static bool Fits(JsonObject volume, JsonObject claim) =>
        (volume.Text("spec", "storageClassName") ?? "") == (claim.Text("spec", "storageClassName") ?? "")
        && (volume.Text("spec", "volumeMode") ?? "Filesystem") == (claim.Text("spec", "volumeMode") ?? "Filesystem")
        && claim.Child("spec", "dataSource") is null
        && !claim.Texts("spec", "accessModes").Except(volume.Texts("spec", "accessModes")).Any()
        && Capacity(volume) >= (StorageSize.Parse(claim.Text("spec", "resources", "requests", "storage")) ?? 0);

    /// <summary>The reference to a claim that a volume holds.</summary>
    public static JsonObject ReferenceTo(JsonObject claim) => new()
    {
        ["kind"] = ResourceTypes.PersistentVolumeClaims.Kind,
        ["namespace"] = claim.NamespaceOf(),
        ["name"] = claim.NameOf(),
        ["uid"] = claim.UidOf(),
        ["apiVersion"] = ResourceTypes.PersistentVolumeClaims.ApiVersion,
        ["resourceVersion"] = claim.Text("metadata", "resourceVersion"),
    };

    private static bool IsMeantFor(JsonObject volume, JsonObject claim) =>
        volume.Child("spec", "claimRef") is { } wanted
        && wanted.Text("namespace") == claim.NamespaceOf()
        && wanted.Text("name") == claim.NameOf()
        && (wanted.Text("uid") is null or "" || wanted.Text("uid") == claim.UidOf());

    private static long Capacity(JsonObject volume) => StorageSize.Parse(volume.Text("spec", "capacity", "storage")) ?? 0;
}
