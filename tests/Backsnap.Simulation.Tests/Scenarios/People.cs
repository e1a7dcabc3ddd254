using System.Text.Json.Nodes;
using Backsnap.Domain.Objects;
using Backsnap.Kubernetes;
using Backsnap.Simulation.Tests.Cluster;
using Backsnap.Simulation.Tests.Operators;

namespace Backsnap.Simulation.Tests.Scenarios;

/// <summary>What people do to a cluster: the half of every story that is not Backsnap's.</summary>
internal static class People
{
    /// <summary>The driver of every claim.</summary>
    public const string Driver = "csi.example.com";

    /// <summary>A cluster with storage (one class that binds at once, one that waits for its first consumer) and the namespace <c>shop</c>.</summary>
    public static World Furnish(this World world)
    {
        world.Make(Resources.StorageClasses, "", "fast", item => item["provisioner"] = Driver);
        world.Make(Resources.StorageClasses, "", "lazy", item =>
        {
            item["provisioner"] = Driver;
            item["volumeBindingMode"] = "WaitForFirstConsumer";
        });
        world.Make(Resources.VolumeSnapshotClasses, "", "snapshots", item =>
        {
            item["driver"] = Driver;
            item["deletionPolicy"] = "Delete";
        });
        return world.Namespace("shop");
    }

    /// <summary>Makes a namespace.</summary>
    public static World Namespace(this World world, string name) => world.Make(Resources.Namespaces, "", name, _ => { });

    /// <summary>Makes a claim that is bound already and holds something. The content bears the claim's name, so that a mix-up shows.</summary>
    public static World Claim(this World world, string name, string content, string ns = "shop", string storage = "fast", string? schedule = null)
    {
        var volume = $"pv-{ns}-{name}-{world.Cluster.Store.Version}";
        world.Make(Resources.PersistentVolumes, "", volume, item => item["spec"] = new JsonObject { ["csi"] = new JsonObject { ["driver"] = Driver } });
        world.Make(Resources.PersistentVolumeClaims, ns, name, item =>
        {
            item["spec"] = new JsonObject
            {
                ["storageClassName"] = storage,
                ["accessModes"] = new JsonArray("ReadWriteOnce"),
                ["volumeMode"] = "Filesystem",
                ["volumeName"] = volume,
                ["resources"] = new JsonObject { ["requests"] = new JsonObject { ["storage"] = "1Gi" } },
            };
            item["status"] = new JsonObject { ["phase"] = "Bound", ["capacity"] = new JsonObject { ["storage"] = "1Gi" } };
            if (schedule is not null)
            {
                item.Make("metadata", "annotations")[Marks.Schedule] = schedule;
            }
        });
        return world.Write(name, content, ns);
    }

    /// <summary>Writes into a claim's volume.</summary>
    public static World Write(this World world, string claim, string content, string ns = "shop")
    {
        if (world.Find(Resources.PersistentVolumeClaims, claim, ns) is { } found)
        {
            world.Cluster.Volumes.Write(found.Uid, $"{claim}: {content}");
        }

        return world;
    }

    /// <summary>Asks for a backup.</summary>
    public static World AskForBackup(this World world, string name, string claim, string ns = "shop", string? ttl = null) => world.Make(Resources.PvcBackups, ns, name, item =>
    {
        item["spec"] = new JsonObject { ["pvc"] = claim };
        if (ttl is not null)
        {
            item.Make("spec")["ttl"] = ttl;
        }
    });

    /// <summary>Asks for a restore.</summary>
    public static World AskForRestore(this World world, string name, string source, string target, string ns = "shop") =>
        world.Make(Resources.PvcRestores, ns, name, item => item["spec"] = new JsonObject { ["sourcePvc"] = source, ["targetPvc"] = target });

    /// <summary>Deletes an object, as kubectl does.</summary>
    public static World Delete(this World world, KubeResource kind, string name, string ns = "shop")
    {
        world.Cluster.Store.Delete(kind, ns, name, null, null, Actors.User);
        return world;
    }

    /// <summary>Annotates an object; null takes the annotation away.</summary>
    public static World Annotate(this World world, KubeResource kind, string name, string annotation, string? value, string ns = "shop")
    {
        world.Cluster.Store.Patch(kind, ns, name, new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [annotation] = value } } }, status: false, Actors.User);
        return world;
    }

    /// <summary>An object by name.</summary>
    public static Stored? Find(this World world, KubeResource kind, string name, string ns = "shop") => world.Cluster.Store.Find(kind, ns, name);

    /// <summary>Makes an object.</summary>
    public static World Make(this World world, KubeResource kind, string ns, string name, Action<JsonObject> fill)
    {
        var item = new JsonObject { ["apiVersion"] = kind.ApiVersion, ["kind"] = kind.Kind, ["metadata"] = new JsonObject { ["name"] = name } };
        if (ns.Length > 0)
        {
            item.Make("metadata")["namespace"] = ns;
        }

        fill(item);
        world.Cluster.Store.Create(kind, ns, item, Actors.Given);
        return world;
    }
}
