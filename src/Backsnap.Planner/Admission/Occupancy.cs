using Backsnap.Domain.Backups;
using Backsnap.Domain.Claims;
using Backsnap.Domain.Objects;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Admission;

/// <summary>
/// What is taken of everything that is limited. It counts while the places are given away, and does not outlive that.
/// </summary>
internal sealed class Occupancy
{
    private readonly Limits limits;
    private readonly Dictionary<string, int> drivers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> nodes = new(StringComparer.Ordinal);
    private readonly Dictionary<NamespaceName, int> namespaces = [];
    private int free;
    private int unready;

    private Occupancy(Limits limits, int free, int unready) => (this.limits, this.free, this.unready) = (limits, free, unready);

    /// <summary>What the running backups take.</summary>
    public static Occupancy Of(Seq<Backup> running, Survey survey, Settings settings, bool paused)
    {
        // With a pause after each backup, no second one begins beside the first.
        var most = settings.SleepBetween > Duration.Zero ? Math.Min(settings.MaxRunning, running.Count + 1) : settings.MaxRunning;
        var taken = new Occupancy(settings.Limits, paused ? 0 : most - running.Count, Unready(running, survey));
        foreach (var backup in running)
        {
            Add(taken.namespaces, backup.Id.Namespace);
            Whereabouts.DriverOf(backup, survey).IfSome(driver => Add(taken.drivers, driver));
            Whereabouts.NodeOf(backup, survey).IfSome(node => Add(taken.nodes, node));
        }

        return taken;
    }

    /// <summary>Whether nobody at all can begin any more.</summary>
    public bool IsFull => free <= 0 || Reached(limits.UnreadySnapshots, unready);

    /// <summary>How many backups of a namespace run, or would if all before this one had begun.</summary>
    public int In(NamespaceName home) => namespaces.GetValueOrDefault(home);

    /// <summary>What keeps a candidate from beginning, the most particular first; None where nothing does.</summary>
    public Option<Limit> LimitOf(Candidate candidate) =>
        Reached(limits.RunningPerDriver, drivers.GetValueOrDefault(candidate.Driver)) ? Some(Limit.Driver)
        : candidate.Node.Exists(node => Reached(limits.RunningPerNode, nodes.GetValueOrDefault(node))) ? Some(Limit.Node)
        : free <= 0 ? Some(Limit.Places)
        : IsFull ? Some(Limit.Snapshots)
        : None;

    /// <summary>A candidate begins.</summary>
    public void Take(Candidate candidate)
    {
        free--;
        unready++;
        Add(namespaces, candidate.Namespace);
        Add(drivers, candidate.Driver);
        candidate.Node.IfSome(node => Add(nodes, node));
    }

    /// <summary>A candidate waits, but its namespace had its turn.</summary>
    public void Pass(Candidate candidate) => Add(namespaces, candidate.Namespace);

    // A backup that holds a place, and of which nothing else is seen, is about to have its snapshot taken, or taken again.
    private static int Unready(Seq<Backup> running, Survey survey) =>
        survey.Cluster.Snapshots.Count(snapshot => !snapshot.Ready && !snapshot.Id.Deleting && !snapshot.Id.IsElsewhere && snapshot.Id.Controller.Exists(owner => owner.Kind == ObjectKind.PvcBackup.Kind))
        + running.Count(backup => !survey.SnapshotsOf[backup.Id.Uid].Any() && !survey.JobsOf[backup.Id.Uid].Any());

    private static bool Reached(int limit, int taken) => limit > 0 && taken >= limit;

    private static void Add<TKey>(Dictionary<TKey, int> counts, TKey key)
        where TKey : notnull => counts[key] = counts.GetValueOrDefault(key) + 1;
}
