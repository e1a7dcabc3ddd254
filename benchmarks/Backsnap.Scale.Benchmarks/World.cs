using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Backsnap.Sandbox;
using Backsnap.Sandbox.Store;
using Backsnap.Sandbox.Volumes;

namespace Backsnap.Scale.Benchmarks;

/// <summary>An embedded cluster in this process, with as many objects as wanted, that counts the requests that it gets. Its pods do nothing, slowly.</summary>
internal sealed class World : IAsyncDisposable
{
    private const int Namespaces = 100;

    private readonly DirectoryInfo home;
    private readonly ConcurrentDictionary<string, int> requests;
    private readonly SandboxCluster cluster;

    private World(DirectoryInfo home, SandboxCluster cluster, ConcurrentDictionary<string, int> requests) => (this.home, this.cluster, this.requests) = (home, cluster, requests);

    public string Kubeconfig => Path.Combine(home.FullName, "kubeconfig");

    /// <summary>How many requests came since the last look, by method, and <c>WATCH</c>.</summary>
    public IReadOnlyDictionary<string, int> TakeRequests()
    {
        var taken = requests.ToDictionary();
        requests.Clear();
        return taken;
    }

    /// <summary>How many PVCBackups there are.</summary>
    public int Backups => cluster.Store.Snapshot(Backup, null).Items.Count;

    /// <summary>How many PVCBackups have succeeded.</summary>
    public int Succeeded => cluster.Store.List(Backup).Count(backup => backup.Text("status", "result") == "Succeeded");

    private ResourceType Backup => cluster.Store.Types.Find("backsnap.skyb.it", "pvcbackups")!;

    /// <summary>Begins one.</summary>
    /// <param name="definitions">The directory of the custom resource definitions.</param>
    /// <param name="mover">The program whose mover runs in pods; null for pods that do nothing, slowly.</param>
    /// <param name="written">Is told of all that is written.</param>
    public static async Task<World> Begin(string definitions, string? mover = null, Action<string>? written = null)
    {
        var home = Directory.CreateTempSubdirectory("backsnap-scale-");
        var requests = new ConcurrentDictionary<string, int>();
        var cluster = await SandboxCluster.StartAsync(new SandboxOptions
        {
            DataDirectory = Path.Combine(home.FullName, "data"),
            DefinitionFiles = [definitions],
            MoverCommand = mover is null ? ["/bin/sh", "-c", "exec sleep 600", "mover"] : [mover],
            OnWritten = written,
            WatchHistory = 200_000,
            OnRequest = (method, path) => requests.AddOrUpdate(path.Contains("watch=true", StringComparison.Ordinal) ? "WATCH" : method, 1, (_, count) => count + 1),
        });
        var world = new World(home, cluster, requests);
        await cluster.WriteKubeconfigAsync(world.Kubeconfig);
        return world;
    }

    /// <summary>Plants bound claims, and PVCBackups of theirs that have succeeded; returns when the cluster's own controllers have nothing more to do.</summary>
    public async Task Plant(int claims, int backups)
    {
        for (var ns = 0; ns < Namespaces; ns++)
            Create(ResourceTypes.Namespaces, new JsonObject { ["metadata"] = new JsonObject { ["name"] = Home(ns) } });
        for (var at = 0; at < claims; at++)
        {
            Create(ResourceTypes.PersistentVolumes, Volume(at), new JsonObject { ["phase"] = "Bound" });
            Create(ResourceTypes.PersistentVolumeClaims, Claim(at), new JsonObject { ["phase"] = "Bound", ["accessModes"] = new JsonArray("ReadWriteOnce"), ["capacity"] = new JsonObject { ["storage"] = "1Gi" } });
        }

        for (var at = 0; at < backups; at++) Create(Backup, Done(at, claims), Success());
        var version = 0L;
        while (version != cluster.Store.ResourceVersion)
        {
            version = cluster.Store.ResourceVersion;
            await Task.Delay(TimeSpan.FromSeconds(2));
        }
    }

    /// <summary>A directory for a repository.</summary>
    public string Repository => Directory.CreateDirectory(Path.Combine(home.FullName, "repository")).FullName;

    /// <summary>Makes an empty claim, as a person does, and waits until it is bound.</summary>
    public async Task MakeClaim(int at)
    {
        if (at == 0) Create(ResourceTypes.Namespaces, new JsonObject { ["metadata"] = new JsonObject { ["name"] = Home(0) } });
        var claim = Claim(at);
        claim["metadata"]!.AsObject().Remove("annotations");
        claim["metadata"]!["namespace"] = Home(0);
        claim["spec"]!.AsObject().Remove("volumeName");
        Create(ResourceTypes.PersistentVolumeClaims, claim);
        await Eventually.Holds(
            () => Task.FromResult(cluster.Store.Get(ResourceTypes.PersistentVolumeClaims, Home(0), Name(at))?.Text("status", "phase") == "Bound"), TimeSpan.FromSeconds(20), () => "the claim to be bound");
    }

    /// <summary>Asks for a backup of such a claim.</summary>
    public void Ask(int at, int which) => Create(Backup, new JsonObject
    {
        ["metadata"] = new JsonObject { ["namespace"] = Home(0), ["name"] = $"{Name(at)}-{which}" },
        ["spec"] = new JsonObject { ["pvc"] = Name(at), ["ttl"] = "2400h" },
    });

    /// <summary>Changes one claim, in a way that planning looks at.</summary>
    public void Touch() => cluster.Store.Update(ResourceTypes.PersistentVolumeClaims, Home(0), Name(0), claim =>
    {
        claim.Set(claim.Text("metadata", "annotations", "backsnap.skyb.it/schedule") == "@monthly" ? "@yearly" : "@monthly", "metadata", "annotations", "backsnap.skyb.it/schedule");
        return claim;
    });

    public async ValueTask DisposeAsync()
    {
        await cluster.DisposeAsync();
        home.Delete(recursive: true);
    }

    private void Create(ResourceType type, JsonObject manifest, JsonObject? status = null)
    {
        if (cluster.Store.Create(type, manifest, finish: made => made["status"] = status ?? made["status"]?.DeepClone()) is StoreResult.Refused refused)
            throw new InvalidOperationException($"the cluster refuses a {type.Kind}: {refused.Error}");
    }

    private static string Home(int at) => $"team-{at % Namespaces:00}";

    private static string Name(int at) => string.Create(CultureInfo.InvariantCulture, $"data-postgres-{at:00000}");

    private static JsonObject Volume(int at) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = $"pv-{at:00000}" },
        ["spec"] = new JsonObject
        {
            ["capacity"] = new JsonObject { ["storage"] = "1Gi" },
            ["accessModes"] = new JsonArray("ReadWriteOnce"),
            ["persistentVolumeReclaimPolicy"] = "Retain",
            ["storageClassName"] = "backsnap-local",
            ["volumeMode"] = "Filesystem",
            ["csi"] = new JsonObject { ["driver"] = Drivers.Local, ["volumeHandle"] = $"volume-{at:00000}" },
            ["claimRef"] = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "PersistentVolumeClaim", ["namespace"] = Home(at), ["name"] = Name(at) },
        },
    };

    private static JsonObject Claim(int at) => new()
    {
        ["metadata"] = new JsonObject
        {
            ["namespace"] = Home(at),
            ["name"] = Name(at),
            ["labels"] = new JsonObject { ["app.kubernetes.io/name"] = "postgres", ["app.kubernetes.io/instance"] = $"shop-{at % 50}", ["app.kubernetes.io/managed-by"] = "Helm" },
            ["annotations"] = new JsonObject { ["pv.kubernetes.io/bind-completed"] = "yes", ["volume.kubernetes.io/storage-provisioner"] = Drivers.Local },
        },
        ["spec"] = new JsonObject
        {
            ["accessModes"] = new JsonArray("ReadWriteOnce"),
            ["resources"] = new JsonObject { ["requests"] = new JsonObject { ["storage"] = "1Gi" } },
            ["storageClassName"] = "backsnap-local",
            ["volumeMode"] = "Filesystem",
            ["volumeName"] = $"pv-{at:00000}",
        },
    };

    private static JsonObject Done(int at, int claims) => new()
    {
        ["metadata"] = new JsonObject { ["namespace"] = Home(at % claims), ["name"] = $"{Name(at % claims)}-{at / claims}" },
        ["spec"] = new JsonObject { ["pvc"] = Name(at % claims), ["ttl"] = "2400h" },
    };

    private static JsonObject Success()
    {
        var now = DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return new JsonObject
        {
            ["phase"] = "Succeeded",
            ["result"] = "Succeeded",
            ["startedAt"] = now,
            ["finishedAt"] = now,
            ["duration"] = "12s",
            ["observedGeneration"] = 1,
            ["attempt"] = 1,
            ["message"] = "12 files (3 new), 4,096 bytes added",
            ["reason"] = "Succeeded",
            ["snapshot"] = new string('a', 64),
            ["filesProcessed"] = 12,
            ["filesNew"] = 3,
            ["bytesAdded"] = 4096,
            ["conditions"] = new JsonArray(new JsonObject
            {
                ["type"] = "Ready",
                ["status"] = "True",
                ["reason"] = "Succeeded",
                ["message"] = "12 files (3 new), 4,096 bytes added",
                ["lastTransitionTime"] = now,
            }),
        };
    }
}
