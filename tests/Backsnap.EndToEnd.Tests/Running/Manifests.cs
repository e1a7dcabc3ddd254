using System.Text;
using System.Text.Json.Nodes;

namespace Backsnap.EndToEnd.Tests.Running;

/// <summary>The objects that the tests create, as JSON.</summary>
internal static class Manifests
{
    public static JsonObject Namespace(string name) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Namespace",
        // Movers read files of any owner, which the levels "baseline" and "restricted" of Pod Security have opinions about.
        ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = new JsonObject { ["pod-security.kubernetes.io/enforce"] = "privileged" } },
    };

    public static JsonObject Claim(string ns, string name, string size, string? schedule)
    {
        var claim = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "PersistentVolumeClaim",
            ["metadata"] = new JsonObject
            {
                ["name"] = name,
                ["namespace"] = ns,
                ["annotations"] = schedule is null ? new JsonObject() : new JsonObject { ["backsnap.skyb.it/schedule"] = schedule },
            },
            ["spec"] = new JsonObject
            {
                ["accessModes"] = new JsonArray("ReadWriteOnce"),
                ["resources"] = new JsonObject { ["requests"] = new JsonObject { ["storage"] = size } },
            },
        };
        if (E2ESettings.StorageClass is { } chosen)
        {
            claim["spec"]!["storageClassName"] = chosen;
        }

        return claim;
    }

    public static JsonObject Snapshot(string ns, string name, string claim, string snapshotClass) => new()
    {
        ["apiVersion"] = "snapshot.storage.k8s.io/v1",
        ["kind"] = "VolumeSnapshot",
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = ns },
        ["spec"] = new JsonObject
        {
            ["volumeSnapshotClassName"] = snapshotClass,
            ["source"] = new JsonObject { ["persistentVolumeClaimName"] = claim },
        },
    };

    /// <summary>A class of the embedded cluster's driver whose snapshots all fail, in these words.</summary>
    public static JsonObject FailingSnapshotClass(string name, string words) => new()
    {
        ["apiVersion"] = "snapshot.storage.k8s.io/v1",
        ["kind"] = "VolumeSnapshotClass",
        ["metadata"] = new JsonObject { ["name"] = name },
        ["driver"] = "sandbox.csi.backsnap.skyb.it",
        ["deletionPolicy"] = "Delete",
        ["parameters"] = new JsonObject { ["sandbox.backsnap.skyb.it/fail"] = words },
    };

    public static JsonObject Secret(string ns, string name, IReadOnlyDictionary<string, string> values) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Secret",
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = ns },
        ["stringData"] = new JsonObject(values.Select(value => KeyValuePair.Create(value.Key, (JsonNode?)JsonValue.Create(value.Value)))),
    };

    public static JsonObject ClaimFromSnapshot(string ns, string name, string size, string snapshot)
    {
        var claim = Claim(ns, name, size, schedule: "");
        claim["spec"]!["dataSource"] = new JsonObject { ["apiGroup"] = "snapshot.storage.k8s.io", ["kind"] = "VolumeSnapshot", ["name"] = snapshot };
        return claim;
    }

    /// <summary>A Job that runs the program's <c>tree</c> command on a claim.</summary>
    public static JsonObject TreeJob(string ns, string name, string claim, params string[] arguments) => new()
    {
        ["apiVersion"] = "batch/v1",
        ["kind"] = "Job",
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = ns },
        ["spec"] = new JsonObject
        {
            ["backoffLimit"] = 0,
            ["template"] = new JsonObject
            {
                ["spec"] = new JsonObject
                {
                    ["restartPolicy"] = "Never",
                    ["securityContext"] = new JsonObject { ["runAsUser"] = 0 },
                    ["containers"] = new JsonArray(new JsonObject
                    {
                        ["name"] = "tree",
                        ["image"] = E2ESettings.Image,
                        ["imagePullPolicy"] = "IfNotPresent",
                        ["args"] = new JsonArray([.. arguments.Prepend("tree").Select(argument => JsonValue.Create(argument))]),
                        ["env"] = new JsonArray(new JsonObject { ["name"] = "HOME", ["value"] = "/tmp" }),
                        ["volumeMounts"] = new JsonArray(new JsonObject { ["name"] = "data", ["mountPath"] = "/data" }),
                    }),
                    ["volumes"] = new JsonArray(new JsonObject
                    {
                        ["name"] = "data",
                        ["persistentVolumeClaim"] = new JsonObject { ["claimName"] = claim },
                    }),
                },
            },
        },
    };

    /// <summary>A Job whose shell has a claim's device as <c>/dev/disk</c>.</summary>
    public static JsonObject DeviceJob(string ns, string name, string claim, string script)
    {
        var job = TreeJob(ns, name, claim);
        var container = (JsonObject)job["spec"]!["template"]!["spec"]!["containers"]![0]!;
        container.Remove("args");
        container.Remove("volumeMounts");
        container["command"] = new JsonArray("sh", "-euc", script);
        container["volumeDevices"] = new JsonArray(new JsonObject { ["name"] = "data", ["devicePath"] = "/dev/disk" });
        return job;
    }

    /// <summary>A Job that runs restic with the variables of a Secret.</summary>
    public static JsonObject ResticJob(string ns, string name, string secret, params string[] arguments)
    {
        var job = TreeJob(ns, name, "");
        var pod = (JsonObject)job["spec"]!["template"]!["spec"]!;
        var container = (JsonObject)pod["containers"]![0]!;
        pod.Remove("volumes");
        container.Remove("volumeMounts");
        container["command"] = new JsonArray("restic");
        container["args"] = new JsonArray([.. arguments.Select(argument => JsonValue.Create(argument))]);
        container["envFrom"] = new JsonArray(new JsonObject { ["secretRef"] = new JsonObject { ["name"] = secret } });
        return job;
    }

    public static JsonObject Backup(string ns, string name, string claim, string? ttl) => Own("PVCBackup", ns, name, ttl is null
        ? new JsonObject { ["pvc"] = claim }
        : new JsonObject { ["pvc"] = claim, ["ttl"] = ttl });

    public static JsonObject Restore(string ns, string name, JsonObject spec) => Own("PVCRestore", ns, name, spec);

    public static JsonObject Maintenance(string ns, string name, JsonObject spec) => Own("PVCMaintenance", ns, name, spec);

    /// <summary>The definitions of our kinds, as YAML, which the API server takes for server-side apply.</summary>
    public static IEnumerable<(string Name, ReadOnlyMemory<byte> Document)> CustomResources() =>
        typeof(Backsnap.Host.Mover.MoverCommand).Assembly is var program
            ? program.GetManifestResourceNames().Where(name => name.StartsWith("crd/", StringComparison.Ordinal)).Select(name =>
            {
                using var stream = program.GetManifestResourceStream(name)!;
                using var reader = new StreamReader(stream);
                var plural = name.Split('_')[1].Replace(".yaml", "", StringComparison.Ordinal);
                return ($"{plural}.backsnap.skyb.it", (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(reader.ReadToEnd()));
            })
            : [];

    public static ReadOnlyMemory<byte> Bytes(JsonObject manifest) => Encoding.UTF8.GetBytes(manifest.ToJsonString());

    private static JsonObject Own(string kind, string ns, string name, JsonObject spec) => new()
    {
        ["apiVersion"] = "backsnap.skyb.it/v1alpha1",
        ["kind"] = kind,
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = ns },
        ["spec"] = spec,
    };
}
