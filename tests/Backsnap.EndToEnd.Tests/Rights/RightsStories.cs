using System.Diagnostics;
using System.Text.Json.Nodes;
using Backsnap.Domain.Claims;
using Backsnap.Domain.Objects;
using Backsnap.EndToEnd.Tests.Running;
using Backsnap.Host.Metrics;
using Backsnap.Host.Observation;
using Backsnap.Host.Operator;
using Backsnap.Host.Operator.Events;
using Backsnap.Kubernetes;
using Backsnap.Planner;
using LanguageExt;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.EndToEnd.Tests.Rights;

/// <summary>
/// Few stories in which an operator does everything that it ever does with the API, for as short a time as that takes: from the slot to the record that
/// expires, a restore, checks, work that lasts longer than a minute, and writes that meet an object other than the one that was planned for.
/// </summary>
internal static class RightsStories
{
    /// <summary>Tells them; all that was asked of the API.</summary>
    public static async Task<IReadOnlyList<Asked>> Tell(bool isolated) => [.. (await Task.WhenAll(Everyday(isolated), LongWork(isolated))).SelectMany(asked => asked)];

    // Everything expires at once, so that each kind is created, changed and deleted within a minute.
    private static async Task<IReadOnlyList<Asked>> Everyday(bool isolated)
    {
        await using var scenario = await Scenario.Begin(isolated);
        await scenario.FilledClaim("orders", seed: 81, schedule: "*/15 * * * * *");
        var running = scenario.StartOperator(
            "--leader-elect", "--leader-elect-namespace", scenario.Home, "--ttl", "1s", "--check-schedule", "*/20 * * * * *", "--prune-schedule", "");
        await Eventually.True(
            async () => (await scenario.List(Resources.PvcBackups)).Any(backup => backup.Status?.Result == "Succeeded"),
            () => $"no backup was made\n{scenario.Story()}");
        await scenario.Create(Resources.PvcRestores, scenario.Namespace, Manifests.Restore(scenario.Namespace, "back", new JsonObject { ["sourcePvc"] = "orders", ["targetPvc"] = "copy" }));

        // In the operator's pod, under its account; it lists what the operator may only watch where the server streams lists.
        var (status, plan) = await BacksnapProcess.Run(scenario.Flags().Prepend("plan"));
        Assert.True(status == 0, plan);

        // What is never used is for the tests to name, each for itself.
        var watch = Stopwatch.StartNew();
        await Eventually.True(
            async () => watch.Elapsed > E2ESettings.Patience / 2
                || Unused(ShippedRights.Rights(isolated), await scenario.Account.Requests()).All(right => ComesOfConflicts(right) || ComesOfLongWork(right)),
            scenario.Story);
        await running.Stop();
        await new Conflicts(scenario, isolated).Meet();
        return await scenario.Account.Requests();
    }

    // A mover is asked for its headway after a minute; one that finds no store has none, but it runs for so long.
    private static async Task<IReadOnlyList<Asked>> LongWork(bool isolated)
    {
        await using var scenario = await Scenario.Begin(isolated);
        await scenario.FilledClaim("slow", seed: 82);
        scenario.StartOperator("--repository", "rest:http://127.0.0.1:9/", "--store-timeout", "2m");
        await scenario.Create(Resources.PvcBackups, scenario.Namespace, Manifests.Backup(scenario.Namespace, "slow", "slow", null));
        IReadOnlyList<Asked> asked = [];
        await Eventually.True(
            async () => (asked = await scenario.Account.Requests()).Any(request => request.AllowedBy.Any(ComesOfLongWork)),
            () => $"the mover's log was not read\n{scenario.Story()}");
        return asked;
    }

    private static IReadOnlyList<Right> Unused(IReadOnlyList<Right> shipped, IReadOnlyList<Asked> asked)
    {
        var used = asked.SelectMany(request => request.AllowedBy).ToHashSet();
        return [.. shipped.Where(right => !used.Contains(right))];
    }

    // The operator sees objects by listing and watching; one alone it reads when a write has met something unexpected.
    private static bool ComesOfConflicts(Right right) => right is { Verb: "get", Resource: not ("leases" or "pods/log") };

    private static bool ComesOfLongWork(Right right) => right.Resource == "pods/log";

    /// <summary>Writes for which the world has moved on, by the operator's own executor under the operator's account.</summary>
    private sealed class Conflicts(Scenario scenario, bool isolated)
    {
        private readonly IKubernetesApi api = TestCluster.Connect(scenario.Kubeconfig);
        private readonly Executor executor = new(TestCluster.Connect(scenario.Kubeconfig), Credentials.None, isolated ? Some(NamespaceName.Trusted(scenario.Movers)) : None);

        public async Task Meet()
        {
            await Replaced(ObjectKind.PvcBackup, Resources.PvcBackups, Manifests.Backup(scenario.Namespace, "replaced", "orders", null));
            await Replaced(ObjectKind.PvcRestore, Resources.PvcRestores, Manifests.Restore(scenario.Namespace, "replaced", new JsonObject { ["sourcePvc"] = "orders" }));
            await Replaced(ObjectKind.PvcMaintenance, Resources.PvcMaintenances, Manifests.Maintenance(scenario.Namespace, "replaced", new JsonObject { ["pvc"] = "orders", ["operation"] = "Check" }));
            await Replaced(ObjectKind.VolumeSnapshot, Resources.VolumeSnapshots, Manifests.Snapshot(scenario.Namespace, "replaced", "orders", "backsnap-snapshot"));
            await Replaced(ObjectKind.Job, Resources.Jobs, Manifests.TreeJob(scenario.Movers, "replaced", "orders"));
            if (ShippedRights.Rights(isolated).Any(right => right is { Verb: "get", Resource: "secrets" }))
            {
                await Replaced(ObjectKind.Secret, Resources.Secrets, Manifests.Secret(scenario.Movers, "replaced", new Dictionary<string, string>()));
            }

            await Replaced(ObjectKind.Claim, Resources.PersistentVolumeClaims, Manifests.Claim(scenario.Movers, "replaced", "8Mi", schedule: ""));
            await ToldAgain();
            if (isolated)
            {
                await Replaced(ObjectKind.VolumeSnapshot, Resources.VolumeSnapshots, Manifests.Snapshot(scenario.Movers, "replaced", "replaced", "backsnap-snapshot"));
                await Replaced(ObjectKind.SnapshotContent, Resources.VolumeSnapshotContents, Content());
                await Changed();
            }
        }

        // What is to be deleted is another object by now: the server refuses it by the uid, and the executor looks at what is there instead.
        private async Task Replaced<T>(ObjectKind kind, KubeResource<T> resource, JsonObject manifest)
            where T : class, IKubernetesObject
        {
            var ns = (string?)manifest["metadata"]!["namespace"];
            var there = Reading.Identity((await scenario.Create(resource, ns, manifest)).Metadata);
            var outcome = await executor.Run(new PlannedAction.Delete(kind, there with { Uid = new Uid(Guid.NewGuid().ToString()) }, Unchanged: false, "it was planned so"), CancellationToken.None);
            Assert.IsType<Outcome.Overtaken>(outcome);
            await scenario.Api.DeleteAsync(resource, ns, there.Name, new DeleteOptions(), CancellationToken.None);
        }

        // What one operator has told, and tells again, the next one tells twice: it finds the Event there, and counts it up.
        private async Task ToldAgain()
        {
            var claim = await scenario.Get(Resources.PersistentVolumeClaims, "orders");
            var news = new News(ObjectKind.Claim, Reading.Identity(claim.Metadata), isWarning: true, "Test", "ToldAgain", "it happened again");
            for (var life = 0; life < 2; life++)
            {
                var figures = new Figures(SystemClock.Instance);
                var queue = new EventQueue(SystemClock.Instance, figures);
                var writer = new EventWriter(queue, api, "backsnap-e2e", SystemClock.Instance, TimeProvider.System, figures, NullLogger<EventWriter>.Instance);
                for (var time = 0; time < 2; time++)
                {
                    queue.Tell(news);
                    await writer.WriteDue(CancellationToken.None);
                }
            }

            var told = (await scenario.List(Resources.Events)).Single(told => told.Reason == "ToldAgain");
            Assert.Equal("it happened again", told.Message);
        }

        // What is to be changed has changed.
        private async Task Changed()
        {
            var claim = await scenario.Get(Resources.PersistentVolumeClaims, "orders");
            var seen = Reading.Identity(claim.Metadata) with { Version = "1" };
            Assert.IsType<Outcome.Overtaken>(await executor.Run(new PlannedAction.RemoveAnnotation(ObjectKind.Claim, seen, Marks.Restoring, "it was planned so"), CancellationToken.None));
            var volume = await scenario.Api.GetAsync(Resources.PersistentVolumes, null, claim.Spec!.VolumeName!, CancellationToken.None);
            var stale = Reading.Identity(volume.Match(found => found.Metadata, error => throw new InvalidOperationException(error.Explain()))) with { Version = "1" };
            Assert.IsType<Outcome.Overtaken>(await executor.Run(new PlannedAction.ChangeVolume(stale, new VolumeChange.Release("Delete"), "it was planned so"), CancellationToken.None));
        }

        private JsonObject Content() => new()
        {
            ["apiVersion"] = "snapshot.storage.k8s.io/v1",
            ["kind"] = "VolumeSnapshotContent",
            ["metadata"] = new JsonObject { ["name"] = $"replaced-{scenario.Namespace}" },
            ["spec"] = new JsonObject
            {
                ["deletionPolicy"] = "Retain",
                ["driver"] = "sandbox.csi.backsnap.skyb.it",
                ["source"] = new JsonObject { ["snapshotHandle"] = "of-nothing" },
                ["volumeSnapshotRef"] = new JsonObject { ["name"] = "never-there", ["namespace"] = scenario.Movers },
            },
        };
    }
}
