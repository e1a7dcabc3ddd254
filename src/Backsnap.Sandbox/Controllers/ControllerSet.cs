using Backsnap.Sandbox.Controllers.Jobs;
using Backsnap.Sandbox.Lifecycle;
using Backsnap.Sandbox.Volumes;

namespace Backsnap.Sandbox.Controllers;

/// <summary>The controllers of the cluster, and the logs of the pods that one of them runs. This is the one place that lists them.</summary>
internal sealed record ControllerSet(IReadOnlyList<IController> Controllers, IPodLogs Logs)
{
    public static ControllerSet Create(ControllerContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var directories = new VolumeDirectories(context.Options.DataDirectory);
        var kubelet = new KubeletController(directories);
        StorageSeed.Plant(context.Store, context.Clock.GetUtcNow());
        return new ControllerSet(
            [
                new GarbageCollector(),
                new NamespaceController(),
                new DefinitionCleaner(),
                new ClaimBinder(),
                new ClaimProtector(),
                new Provisioner(directories),
                new SnapshotController(),
                new SnapshotDriver(directories),
                new Scheduler(),
                kubelet,
                new JobController(),
            ],
            kubelet);
    }
}
