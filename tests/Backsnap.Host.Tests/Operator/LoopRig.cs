using System.Threading.Channels;
using Backsnap.Domain.Claims;
using Backsnap.Domain.Objects;
using Backsnap.Host.Observation;
using Backsnap.Host.Operator;
using Backsnap.Host.Operator.Events;
using Backsnap.Kubernetes;
using Backsnap.Planner;
using Backsnap.Planner.Checks;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Backsnap.Host.Tests.Operator;

/// <summary>The operator's loop between a clock, a cluster and a planner that are all the test's.</summary>
internal sealed class LoopRig : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly Channel<Sighting> news = Channel.CreateUnbounded<Sighting>();
    private readonly ClusterCache cache = new(0);
    private Task running = Task.CompletedTask;
    private int plans;

    /// <summary>How many errands at once.</summary>
    public int AtOnce { get; init; } = 16;

    public HandClock Clock { get; } = HandClock.AtNight();

    public FakeApi Api { get; } = new();

    public Lines<Round> Log { get; } = new();

    /// <summary>What the planner says.</summary>
    public Planning Planner { get; set; } = (_, _, _) => Plan.Empty;

    /// <summary>How often the loop has planned.</summary>
    public int Plans => Volatile.Read(ref plans);

    public OperatorHealth Health { get; private set; } = null!;

    public static Settings Settings { get; } = Cli.Told.Of([]).Settings;

    public void Start()
    {
        Health = new OperatorHealth(Clock, Clock);
        var events = new EventQueue(Clock, Health.Figures);
        var round = new Round(
            (state, settings, now) =>
            {
                Interlocked.Increment(ref plans);
                return Planner(state, settings, now);
            },
            PlanCheck.Check, news.Reader, cache, new Executor(Api, Credentials.None), new Reporter(events, new Lines<Reporter>()), new TroubleBook(Clock, new Random(1)), Health, Settings,
            Clock, Log, AtOnce, Clock);
        var loop = new OperatorLoop(round, news.Reader, Health, Clock, Clock);
        // On a timer of its own, so that a test knows when the loop has set its own.
        var writer = new EventWriter(events, Api, "test", Clock, TimeProvider.System, Health.Figures, new Lines<EventWriter>());
        running = Task.WhenAll(Task.Run(() => loop.Run(stop.Token)), Task.Run(() => writer.Run(stop.Token)));
    }

    public void Tell(Sighting sighting) => Assert.True(news.Writer.TryWrite(sighting));

    /// <summary>Tells that every kind was listed, and that there is nothing of any.</summary>
    public void TellEmptyLists() => Tell(all =>
        all.Namespaces.Replace([], null) & all.Claims.Replace([], null) & all.Volumes.Replace([], null) & all.StorageClasses.Replace([], null) & all.SnapshotClasses.Replace([], null)
        & all.Backups.Replace([], null) & all.Restores.Replace([], null) & all.Snapshots.Replace([], null) & all.Jobs.Replace([], null) & all.Pods.Replace([], null) & all.Secrets.Replace([], null));

    /// <summary>Puts a PVCBackup into the cluster and into what the loop knows.</summary>
    public Identity Backup(string name)
    {
        var made = Api.Plant(Resources.PvcBackups, """{"metadata":{"name":"NAME","namespace":"shop","generation":1},"spec":{"pvc":"NAME"}}""".Replace("NAME", name, StringComparison.Ordinal));
        Tell(all => all.Backups.Put(made));
        return Backsnap.Host.Observation.Reading.Identity(made.Metadata);
    }

    public static PlannedAction Status(Identity of, string phase, Option<Announcement> announce = default) =>
        new PlannedAction.SetStatus(ObjectKind.PvcBackup, of, Node.Object(Node.Set("phase", phase), Node.Set("message", "test")), announce, "test");

    public static PlannedAction Create(string name) => new PlannedAction.Create(
        new Manifest(ObjectKind.PvcBackup, NamespaceName.Trusted("shop"), name, Node.Object(
            Node.Set("apiVersion", ObjectKind.PvcBackup.ApiVersion), Node.Set("kind", "PVCBackup"),
            Node.Set("metadata", Node.Object(Node.Set("name", name), Node.Set("namespace", "shop"))), Node.Set("spec", Node.Object(Node.Set("pvc", name)))), None), "test");

    /// <summary>Waits until the loop has planned this often and does nothing more.</summary>
    public Task Planned(int times) => Eventually.Holds(() => Plans >= times, $"{times} plans, not {Plans}");

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        try
        {
            await running;
        }
        catch (OperationCanceledException)
        {
            // So it ends.
        }
    }
}
