using Backsnap.Simulation.Tests.Cluster;
using NodaTime;

namespace Backsnap.Simulation.Tests.Controllers;

/// <summary>What every controller of the model has: the cluster, the clock, and what it does when something changes.</summary>
internal abstract class Controller(ClusterModel cluster)
{
    /// <summary>The controller's name in the record of writes.</summary>
    protected abstract string Name { get; }

    /// <summary>The cluster.</summary>
    protected ClusterModel Cluster => cluster;

    /// <summary>The cluster's contents.</summary>
    protected Store Store => cluster.Store;

    /// <summary>Hears of a change. Whatever it leads to happens later, by the clock.</summary>
    public abstract void Hear(Change change);

    /// <summary>Has something happen to an object after a while, if it is still there then.</summary>
    protected void Later(Stored found, Duration pause, Action<Stored> what) => cluster.Clock.After(pause, () =>
    {
        if (Store.Find(found.Uid) is { } now)
        {
            what(now);
        }
    });

    /// <summary>The clock's time as objects bear it.</summary>
    protected string Now => NodaTime.Text.InstantPattern.General.Format(cluster.Clock.Now);
}
