using Backsnap.Simulation.Tests.Controllers;

namespace Backsnap.Simulation.Tests.Cluster;

/// <summary>
/// A whole cluster as a deterministic model: an API server's contents, the controllers on which Backsnap leans, and what is true behind
/// them (the contents of volumes and repositories). Nothing in it knows a thread, a real clock, or chance: all that may differ from run to
/// run comes from <see cref="Fates"/>.
/// </summary>
internal sealed class ClusterModel
{
    private readonly Dictionary<string, MoverFate> fates = new(StringComparer.Ordinal);

    /// <summary>A cluster with nothing in it.</summary>
    public ClusterModel(SimulatedClock clock, Fates fates)
    {
        (Clock, Fates, Store, Volumes) = (clock, fates, new Store(clock), new Volumes());
        Movers = new Movers(this);
        Controller[] controllers = [new GarbageCollector(this), new NamespaceController(this), new Provisioner(this), new Snapshotter(this), new Contents(this), new JobController(this), new Kubelet(this), new EventExpiry(this)];
        Store.Changed += change =>
        {
            Forget(change);
            foreach (var controller in controllers)
            {
                controller.Hear(change);
            }
        };
    }

    /// <summary>Virtual time.</summary>
    public SimulatedClock Clock { get; }

    /// <summary>What controllers and movers meet.</summary>
    public Fates Fates { get; }

    /// <summary>The API server's contents.</summary>
    public Store Store { get; }

    /// <summary>What volumes and repositories hold.</summary>
    public Volumes Volumes { get; }

    /// <summary>The movers.</summary>
    public Movers Movers { get; }

    /// <summary>From a storage snapshot, or a claim made from one, to the uid of the claim whose data it is.</summary>
    public Dictionary<string, string> Sources { get; } = new(StringComparer.Ordinal);

    /// <summary>How many pods each Job has had.</summary>
    public Dictionary<string, int> PodsMade { get; } = new(StringComparer.Ordinal);

    /// <summary>How many of them were taken away before they ended.</summary>
    public Dictionary<string, int> LostPods { get; } = new(StringComparer.Ordinal);

    // Years have many Jobs; what is known of those that are gone is of no use.
    private void Forget(Change change)
    {
        if (change.Kind == ChangeKind.Deleted)
        {
            PodsMade.Remove(change.Object.Uid);
            LostPods.Remove(change.Object.Uid);
            Sources.Remove(change.Object.Uid);
            fates.Remove(change.Object.Uid);
        }
    }

    /// <summary>The fate of a pod, asked for once.</summary>
    public MoverFate Fate(Stored pod, Func<MoverFate> ask) => fates.TryGetValue(pod.Uid, out var known) ? known : fates[pod.Uid] = ask();
}
