using System.Text.Json.Nodes;

namespace Backsnap.Sandbox.Tests.Controllers;

/// <summary>Objects as a user would write them.</summary>
internal static class Manifests
{
    public static JsonObject Claim(string name, string? storageClass = null, string size = "64Mi", JsonObject? dataSource = null)
    {
        var claim = new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = name },
            ["spec"] = new JsonObject
            {
                ["accessModes"] = new JsonArray("ReadWriteOnce"),
                ["resources"] = new JsonObject { ["requests"] = new JsonObject { ["storage"] = size } },
            },
        };
        if (storageClass is not null) claim["spec"]!["storageClassName"] = storageClass;
        if (dataSource is not null) claim["spec"]!["dataSource"] = dataSource;
        return claim;
    }

    public static JsonObject FromSnapshot(string name) => new() { ["apiGroup"] = "snapshot.storage.k8s.io", ["kind"] = "VolumeSnapshot", ["name"] = name };

    public static JsonObject Snapshot(string name, string claim, string? snapshotClass = null)
    {
        var snapshot = new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = name },
            ["spec"] = new JsonObject { ["source"] = new JsonObject { ["persistentVolumeClaimName"] = claim } },
        };
        if (snapshotClass is not null) snapshot["spec"]!["volumeSnapshotClassName"] = snapshotClass;
        return snapshot;
    }

    public static JsonObject Job(string name, string script, string? claim = null, Action<JsonObject>? adjust = null)
    {
        var job = new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = name },
            ["spec"] = new JsonObject { ["backoffLimit"] = 0, ["template"] = new JsonObject { ["spec"] = PodSpec(script, claim) } },
        };
        adjust?.Invoke(job);
        return job;
    }

    public static JsonObject Pod(string name, string script, string? claim = null, Action<JsonObject>? adjust = null)
    {
        var pod = new JsonObject { ["metadata"] = new JsonObject { ["name"] = name }, ["spec"] = PodSpec(script, claim) };
        adjust?.Invoke(pod);
        return pod;
    }

    private static JsonObject PodSpec(string script, string? claim)
    {
        var container = new JsonObject { ["name"] = "main", ["image"] = "backsnap:test", ["command"] = new JsonArray("/bin/sh", "-c", script) };
        var spec = new JsonObject { ["restartPolicy"] = "Never", ["containers"] = new JsonArray(container) };
        if (claim is not null)
        {
            container["volumeMounts"] = new JsonArray(new JsonObject { ["name"] = "data", ["mountPath"] = "/data" });
            spec["volumes"] = new JsonArray(new JsonObject { ["name"] = "data", ["persistentVolumeClaim"] = new JsonObject { ["claimName"] = claim } });
        }
        return spec;
    }
}
