using Backsnap.Kubernetes;
using Backsnap.Simulation.Tests.Cluster;
using NodaTime;

namespace Backsnap.Simulation.Tests.Controllers;

/// <summary>The garbage collector: what names an owner that is not there (any more) goes, unless another of its owners is.</summary>
internal sealed class GarbageCollector(ClusterModel cluster) : Controller(cluster)
{
    private static readonly Duration Pause = Duration.FromSeconds(2);

    protected override string Name => Actors.Collector;

    public override void Hear(Change change)
    {
        if (change.Kind == ChangeKind.Deleted)
        {
            foreach (var child in Store.ChildrenOf(change.Object.Uid))
            {
                Later(child, Pause, Collect);
            }
        }
        else if (change.Kind == ChangeKind.Added && change.Object.Owners.Any())
        {
            Later(change.Object, Pause, Collect);
        }
    }

    private void Collect(Stored child)
    {
        if (child.Owners.All(owner => Store.Find(owner.Text("uid")) is null))
        {
            Store.Delete(child.Kind, child.Namespace, child.Name, child.Uid, null, Name);
        }
    }
}

/// <summary>The namespace controller: empties a namespace that goes, and then takes it away.</summary>
internal sealed class NamespaceController(ClusterModel cluster) : Controller(cluster)
{
    private static readonly Duration Pause = Duration.FromSeconds(1);

    protected override string Name => "namespace-controller";

    public override void Hear(Change change)
    {
        if (change.Object.Kind == Resources.Namespaces && change.Object.Deleting && change.Kind == ChangeKind.Modified)
        {
            Later(change.Object, Pause, Empty);
        }
        else if (change.Kind == ChangeKind.Deleted && change.Object.Namespace.Length > 0
            && Store.Find(Resources.Namespaces, "", change.Object.Namespace) is { Deleting: true } home)
        {
            Later(home, Pause, Empty);
        }
    }

    private void Empty(Stored home)
    {
        var content = Store.Everything.Where(found => found.Namespace == home.Name && found.Kind.Namespaced).ToList();
        foreach (var found in content.Where(found => !found.Deleting))
        {
            Store.Delete(found.Kind, found.Namespace, found.Name, found.Uid, null, Name);
        }

        if (content.Count == 0)
        {
            Store.Purge(home, Name);
        }
    }
}

/// <summary>Takes Events away after an hour, as an API server does.</summary>
internal sealed class EventExpiry(ClusterModel cluster) : Controller(cluster)
{
    private static readonly Duration Life = Duration.FromHours(1);

    protected override string Name => "event-expiry";

    public override void Hear(Change change)
    {
        if (change.Kind == ChangeKind.Added && change.Object.Kind == Resources.EventsV1)
        {
            Later(change.Object, Life, old => Store.Purge(old, Name));
        }
    }
}
