using System.Threading.Channels;
using Backsnap.Host.Metrics;
using Backsnap.Host.Observation;
using Backsnap.Host.Operator;
using Backsnap.Host.Operator.Events;
using Backsnap.Planner;
using Backsnap.Simulation.Tests.Cluster;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;

namespace Backsnap.Simulation.Tests.Operators;

/// <summary>
/// An operator as it is, of the real parts (Followers, ClusterCache, Round, Executor, Reporter, TroubleBook, EventQueue, EventWriter), on
/// the model cluster. It goes round when it sees something or its wake-up instant comes; when it crashes, another starts in its place with nothing
/// but what the cluster tells it.
/// </summary>
internal sealed class SimulatedOperator(ClusterModel cluster, string name, Settings settings, Credentials credentials, Planning planning, Faults faults) : IDisposable
{
    /// <summary>More rounds than this at one moment are taken for a loop without end.</summary>
    private const int MostRounds = 300;

    private static readonly Duration Restart = Duration.FromSeconds(7);

    private View? view;
    private Round? round;
    private EventWriter? writer;
    private Channel<Sighting>? sightings;
    private CancellationTokenSource? life;
    private Instant? wakeAt;
    private Instant busyUntil;
    private bool rounding;
    private readonly Recollection lawyer = new();
    private bool retired;
    private int starts;

    /// <summary>Hears of each call: its number and what is asked.</summary>
    public event Action<int, string>? Called;

    /// <summary>Hears of each plan, with the moment that it was made at.</summary>
    public event Action<Plan>? Planned;

    /// <summary>Hears of what no operator should do: plans that break laws, and loops without end.</summary>
    public event Action<string>? Wronged;

    /// <summary>The operator's name in the record of writes.</summary>
    public string Name => name;

    /// <summary>How many calls it has made, over all its lives.</summary>
    public int Calls { get; private set; }

    /// <summary>How many events it was to see, over all its lives.</summary>
    public int Events { get; private set; }

    /// <summary>Whether it lives.</summary>
    public bool Lives => round is not null;

    /// <summary>What it was told. New settings take effect with a restart, as in a Deployment.</summary>
    public Settings Settings { get; set; } = settings;

    /// <summary>How it plans.</summary>
    public Planning Planning { get; set; } = planning;

    /// <summary>How long its rounds take: it looks again no sooner than so long after it has begun to, as one that has much to do.</summary>
    public Duration Pace { get; set; } = Duration.Zero;

    /// <summary>When it has something to do although nothing happens.</summary>
    public Instant? Next => Lives && !rounding ? Later(Earlier(Earlier(wakeAt, view!.Next), sightings!.Reader.Count > 0 ? busyUntil : null), busyUntil) : null;

    /// <summary>Begins a life.</summary>
    public void Start()
    {
        if (retired)
        {
            return;
        }

        view = new View(cluster, faults, () => ++Events);
        var api = new SimulatedApi(cluster, view, name, faults, asked =>
        {
            Called?.Invoke(++Calls, asked);
            return Calls;
        });
        sightings = Channel.CreateUnbounded<Sighting>();
        life = new CancellationTokenSource();
        var cache = new ClusterCache(Settings.Scope.Only.Count, maintenance: true, Settings.MoverNamespace, Settings.Mover.TagLabels);
        var figures = new Figures(cluster.Clock);
        var events = new EventQueue(cluster.Clock, figures);
        // Events are written beside the loop: no fault of theirs may reach it, so that they are neither numbered nor fail.
        writer = new EventWriter(
            events, new SimulatedApi(cluster, view, name, Faults.None, _ => 0), name, cluster.Clock, TimeProvider.System, figures, NullLogger<EventWriter>.Instance);
        round = new Round(
            (state, told, now) => Plan(state, told, now), lawyer.Check, sightings.Reader, cache, new Executor(api, credentials, Settings.MoverNamespace), new Reporter(events, NullLogger<Reporter>.Instance),
            new TroubleBook(cluster.Clock, new Random(++starts)), new OperatorHealth(cluster.Clock), Settings, cluster.Clock, NullLogger<Round>.Instance, atOnce: 1);
        _ = new Followers(api, [.. Settings.Scope.Only], sightings.Writer, NullLogger<Followers>.Instance, maintenance: true, movers: Settings.MoverNamespace).Run(life.Token);
        wakeAt = cluster.Clock.Now;
    }

    /// <summary>Ends a life, without a word to anybody.</summary>
    public void Stop()
    {
        life?.Cancel();
        life?.Dispose();
        view?.Dispose();
        (view, round, writer, sightings, life, wakeAt) = (null, null, null, null, null, null);
    }

    /// <summary>Ends its last life.</summary>
    public void Retire()
    {
        retired = true;
        Stop();
    }

    /// <inheritdoc/>
    public void Dispose() => Stop();

    /// <summary>Goes round until there is nothing to do now; whether it went round at all.</summary>
    public bool Step()
    {
        // Somebody may let the world go on in the middle of one of this operator's calls: it is busy then.
        if (!Lives || rounding || cluster.Clock.Now < busyUntil)
        {
            return false;
        }

        view!.Show();
        if (sightings!.Reader.Count == 0 && (wakeAt is null || wakeAt > cluster.Clock.Now))
        {
            return false;
        }

        rounding = true;
        busyUntil = cluster.Clock.Now + Pace;
        try
        {
            wakeAt = GoRound();
        }
        catch (OperatorCrash)
        {
            Stop();
            cluster.Clock.After(Restart, Start);
        }
        finally
        {
            rounding = false;
        }

        return true;
    }

    private Instant? GoRound()
    {
        for (var rounds = 0; rounds < MostRounds; rounds++)
        {
            var going = round!.Go(CancellationToken.None);
            if (!going.IsCompleted)
            {
                throw new InvalidOperationException("a round waits for something that is not in the model");
            }

            var end = going.GetAwaiter().GetResult();
            WriteEvents();
            switch (end)
            {
                case RoundEnd.Blind:
                    return null;
                case RoundEnd.Quiet quiet:
                    return quiet.WakeAt.MatchUnsafe<Instant?>(at => at, () => null);
                case RoundEnd.Refused refused:
                    Wronged?.Invoke($"the plan breaks a law: {string.Join("; ", refused.Violations.Map(violation => $"{violation.Law} ({violation.Detail})"))}");
                    return refused.Until;
                case RoundEnd.Acted:
                    break;
            }
        }

        Wronged?.Invoke($"{MostRounds} rounds at one moment did not lead to an empty plan");
        return cluster.Clock.Now + Duration.FromMinutes(1);
    }

    // An operator that dies in a round dies before what it had to tell is told.
    private void WriteEvents()
    {
        var writing = writer!.WriteDue(CancellationToken.None);
        if (!writing.IsCompletedSuccessfully)
        {
            throw new InvalidOperationException("the writer of Events waits for something that is not in the model, or failed", writing.Exception);
        }
    }

    private Plan Plan(Domain.Cluster.ClusterState state, Settings told, Instant now)
    {
        var plan = Planning(state, told, now);
        Planned?.Invoke(plan);
        return plan;
    }

    private static Instant? Earlier(Instant? a, Instant? b) => a is null ? b : b is null ? a : Instant.Min(a.Value, b.Value);

    private static Instant? Later(Instant? at, Instant notBefore) => at is null ? null : Instant.Max(at.Value, notBefore);
}
