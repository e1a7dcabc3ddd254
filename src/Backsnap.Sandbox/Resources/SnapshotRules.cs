using System.Text.Json.Nodes;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Resources;

/// <summary>The rules that external-snapshotter's definitions state in CEL, and its webhook before them.</summary>
internal static class SnapshotRules
{
    /// <summary>What is wrong with a VolumeSnapshotContent by itself.</summary>
    public static IEnumerable<FieldError> CheckContent(JsonObject content)
    {
        var source = content.Child("spec", "source");
        if (source.Text("volumeHandle") is null == source.Text("snapshotHandle") is null)
            yield return Invalid(source, "spec.source", "exactly one of volumeHandle and snapshotHandle must be set");
        if (content.Text("spec", "volumeSnapshotRef", "name") is null || content.Text("spec", "volumeSnapshotRef", "namespace") is null)
            yield return Invalid(content.Child("spec", "volumeSnapshotRef"), "spec.volumeSnapshotRef", "both spec.volumeSnapshotRef.name and spec.volumeSnapshotRef.namespace must be set");
        if (content.Text("spec", "deletionPolicy") is not ("Delete" or "Retain"))
            yield return Invalid(content.At("spec", "deletionPolicy"), "spec.deletionPolicy", "must be Delete or Retain");
    }

    /// <summary>What is wrong with the change of a VolumeSnapshotContent.</summary>
    public static IEnumerable<FieldError> CheckContentChange(JsonObject content, JsonObject old)
    {
        foreach (var handle in (string[])["volumeHandle", "snapshotHandle"])
            if (content.Text("spec", "source", handle) != old.Text("spec", "source", handle))
                yield return Invalid(content.At("spec", "source", handle), $"spec.source.{handle}", $"{handle} is immutable");
        if (old.Text("spec", "sourceVolumeMode") is { } mode && content.Text("spec", "sourceVolumeMode") != mode)
            yield return Invalid(content.At("spec", "sourceVolumeMode"), "spec.sourceVolumeMode", "sourceVolumeMode is immutable");
    }

    /// <summary>What is wrong with a VolumeSnapshot by itself.</summary>
    public static IEnumerable<FieldError> CheckSnapshot(JsonObject snapshot)
    {
        var source = snapshot.Child("spec", "source");
        if (source.Text("persistentVolumeClaimName") is null == source.Text("volumeSnapshotContentName") is null)
            yield return Invalid(source, "spec.source", "exactly one of volumeSnapshotContentName and persistentVolumeClaimName must be set");
    }

    /// <summary>What is wrong with the change of a VolumeSnapshot.</summary>
    public static IEnumerable<FieldError> CheckSnapshotChange(JsonObject snapshot, JsonObject old)
    {
        foreach (var field in (string[])["persistentVolumeClaimName", "volumeSnapshotContentName"])
            if (snapshot.Text("spec", "source", field) != old.Text("spec", "source", field))
                yield return Invalid(snapshot.At("spec", "source", field), $"spec.source.{field}", $"{field} is immutable");
    }

    private static FieldError Invalid(JsonNode? value, string field, string detail) => FieldError.Invalid(field, value?.ToJsonString() ?? "null", detail);
}
