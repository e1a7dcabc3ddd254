using System.Text.Json.Nodes;
using Backsnap.Kubernetes;
using Backsnap.Simulation.Tests.Cluster;
using NodaTime;

namespace Backsnap.Simulation.Tests.Controllers;

/// <summary>
/// Scheduler and kubelet of one node: a pod runs when its claims are bound and its Secrets are there, its container does what its fate
/// says, and a pod that is deleted ends within its grace and goes.
/// </summary>
internal sealed class Kubelet(ClusterModel cluster) : Controller(cluster)
{
    private static readonly Duration Second = Duration.FromSeconds(1);

    protected override string Name => "kubelet";

    public override void Hear(Change change)
    {
        var found = change.Object;
        if (found.Kind == Resources.Pods)
        {
            if (change.Kind == ChangeKind.Added)
            {
                Later(found, Second, TryStart);
            }
            else if (change.Kind == ChangeKind.Modified && found.Deleting && change.Before is { Deleting: false })
            {
                Later(found, Second * 2, Stop);
            }
        }
        else if ((found.Kind == Resources.PersistentVolumeClaims || found.Kind == Resources.Secrets) && change.Kind != ChangeKind.Deleted)
        {
            foreach (var pod in Store.All(Resources.Pods).Where(pod => pod.Namespace == found.Namespace && pod.Json.Text("status", "phase") == "Pending" && !pod.Deleting).ToList())
            {
                Later(pod, Second, TryStart);
            }
        }
    }

    private void TryStart(Stored pod)
    {
        if (pod.Deleting || pod.Json.Text("status", "phase") != "Pending" || Store.Find(pod.Controller) is not { } job)
        {
            return;
        }

        var run = Cluster.PodsMade.GetValueOrDefault(job.Uid);
        var fate = Cluster.Fate(pod, () => Cluster.Fates.Mover(job, run));
        var unbound = Provisioner.Mounts(pod).FirstOrDefault(name => Store.Find(Resources.PersistentVolumeClaims, pod.Namespace, name)?.Json.Text("status", "phase") != "Bound");
        var secret = Secrets(pod).FirstOrDefault(name => Store.Find(Resources.Secrets, pod.Namespace, name) is null);
        if (unbound is not null)
        {
            Store.Update(pod, Name, json => json.Make("status")["conditions"] = new JsonArray(new JsonObject
            {
                ["type"] = "PodScheduled",
                ["status"] = "False",
                ["reason"] = "Unschedulable",
                ["message"] = $"0/1 nodes are available: claim \"{unbound}\" is not bound",
            }));
        }
        else if (fate is MoverFate.NeverStarts never)
        {
            Wait(pod, never.Reason, never.Message);
        }
        else if (secret is not null)
        {
            Wait(pod, "CreateContainerConfigError", $"secret \"{secret}\" not found");
        }
        else
        {
            Run(pod, job, fate);
        }
    }

    private void Wait(Stored pod, string reason, string message) => Store.Update(pod, Name, json =>
    {
        json.Make("spec")["nodeName"] = "node-1";
        json.Make("status")["containerStatuses"] = Status(new JsonObject { ["waiting"] = new JsonObject { ["reason"] = reason, ["message"] = message } });
    });

    private void Run(Stored pod, Stored job, MoverFate fate)
    {
        Store.Update(pod, Name, json =>
        {
            json.Make("spec")["nodeName"] = "node-1";
            json.Make("status")["phase"] = "Running";
            json.Make("status").Remove("conditions");
            json.Make("status")["containerStatuses"] = Status(new JsonObject { ["running"] = new JsonObject { ["startedAt"] = Now } });
        });
        if (fate is not MoverFate.Hangs)
        {
            Later(pod, Duration.Max(Second, Cluster.Fates.Runs(job)), found => End(found, fate));
        }
    }

    private void End(Stored pod, MoverFate fate)
    {
        if (pod.Deleting || pod.Json.Text("status", "phase") != "Running")
        {
            return;
        }

        var end = Cluster.Movers.Run(pod, fate);
        Store.Update(pod, Name, json =>
        {
            json.Make("status")["phase"] = end.ExitCode == 0 ? "Succeeded" : "Failed";
            json.Make("status")["containerStatuses"] = Terminated(end);
            if (fate is MoverFate.Evicted)
            {
                json.Make("status")["conditions"] = new JsonArray(new JsonObject { ["type"] = "DisruptionTarget", ["status"] = "True", ["reason"] = "EvictionByEvictionAPI", ["message"] = "the node is drained" });
            }
        });
    }

    // A container that still runs gets a signal and its grace; restic stops within it, having saved nothing.
    private void Stop(Stored pod)
    {
        if (JobController.Ending(pod) is null && pod.Json.Text("status", "phase") == "Running")
        {
            var end = Movers.Interrupted(pod);
            Store.Update(pod, Name, json =>
            {
                json.Make("status")["phase"] = "Failed";
                json.Make("status")["containerStatuses"] = Terminated(end);
            });
        }

        if (Store.Find(pod.Uid) is { } ended)
        {
            Store.Purge(ended, Name);
        }
    }

    private JsonArray Terminated(MoverEnd end)
    {
        var terminated = new JsonObject { ["exitCode"] = end.ExitCode, ["reason"] = end.Reason, ["finishedAt"] = Now };
        if (end.Message is not null)
        {
            terminated["message"] = end.Message;
        }

        return Status(new JsonObject { ["terminated"] = terminated });
    }

    private static JsonArray Status(JsonObject state) => new(new JsonObject { ["name"] = "mover", ["state"] = state });

    private static IEnumerable<string> Secrets(Stored pod) =>
        pod.Json.List("spec", "containers").SelectMany(container => container.List("env")).Select(variable => variable.Text("valueFrom", "secretKeyRef", "name")).OfType<string>().Distinct();
}
