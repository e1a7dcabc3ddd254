using System.Text;
using Backsnap.Domain.Objects;
using Backsnap.Host.Cli;
using Backsnap.Host.Operator;
using Backsnap.Planner;
using Backsnap.Simulation.Tests.Cluster;
using Backsnap.Simulation.Tests.Controllers;
using Backsnap.Simulation.Tests.Laws;
using NodaTime;
using NodaTime.Text;

namespace Backsnap.Simulation.Tests.Operators;

/// <summary>
/// A cluster, one or two operators, the laws, and time that jumps from one thing that happens to the next. It runs on one thread, and the
/// same inputs give the same run.
/// </summary>
internal sealed class World : IDisposable
{
    /// <summary>Two in the morning of a Sunday.</summary>
    public static readonly Instant Night = Instant.FromUtc(2026, 11, 22, 2, 0);

    private const int Remembered = 400;

    /// <summary>More turns than this at one moment are two operators that answer each other without end.</summary>
    private const int MostTurns = 2000;

    private readonly List<SimulatedOperator> operators = [];
    private readonly Queue<(Instant At, object What)> journal = new();

    /// <summary>A cluster with nothing in it and no operator.</summary>
    public World(Fates? fates = null, Instant? start = null)
    {
        Cluster = new ClusterModel(new SimulatedClock(start ?? Night), fates ?? new Fates());
        Laws = new NeverList(Cluster, actor => operators.Exists(one => one.Name == actor));
        Cluster.Store.Changed += change => Note(change);
    }

    /// <summary>The cluster.</summary>
    public ClusterModel Cluster { get; }

    /// <summary>The laws, and what broke them.</summary>
    public NeverList Laws { get; }

    /// <summary>The operators.</summary>
    public IReadOnlyList<SimulatedOperator> Operators => operators;

    /// <summary>Virtual time.</summary>
    public SimulatedClock Clock => Cluster.Clock;

    /// <summary>What operators are told, as on the command line.</summary>
    public static OperatorOptions Told(params string[] arguments)
    {
        var told = Host.Tests.Cli.Told.Of(Credentials, ["run", "--repository", "s3:https://s3.example.com/backups", .. arguments]);
        return told with { Settings = told.Settings with { Mover = told.Settings.Mover with { Naming = Naming } } };
    }

    private static readonly Dictionary<string, string> Credentials = new() { ["RESTIC_PASSWORD"] = "swordfish", ["AWS_SECRET_ACCESS_KEY"] = "swordfish-too" };

    // It is the key that these credentials have. A tenth of a second for each of some ten thousand worlds would be an hour.
    private static readonly NamingKey Naming = NamingKey.Of(Credentials);

    /// <summary>An operator that is not running yet.</summary>
    public SimulatedOperator Add(string name, OperatorOptions told, Faults? faults = null, Planning? planning = null)
    {
        var made = new SimulatedOperator(Cluster, name, told.Settings, told.Credentials, planning ?? new Recollection().Next, faults ?? Faults.None);
        made.Called += (number, asked) => Note($"{name}, call {number}: {asked}");
        made.Wronged += how => Laws.Break("plans keep the laws and come to an end", how);
        operators.Add(made);
        Laws.Isolated = told.Settings.MoverNamespace.IsSome;
        Laws.MostRunning = told.Settings.MaxRunning;
        return made;
    }

    /// <summary>Goes on up to an instant.</summary>
    public void Until(Instant end)
    {
        Alone(() =>
        {
            while (true)
            {
                Settle();
                var next = Next();
                if (next is null || next > end)
                {
                    Clock.JumpTo(end);
                    Settle();
                    return;
                }

                Clock.JumpTo(next.Value);
            }
        });
    }

    /// <summary>Does something without a synchronization context: continuations run where events are told, whatever a test framework would do with them.</summary>
    public static void Alone(Action what)
    {
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            what();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    /// <summary>Goes on for a while.</summary>
    public void For(Duration duration) => Until(Clock.Now + duration);

    /// <summary>The last of what happened, in words.</summary>
    public string Journal()
    {
        var text = new StringBuilder();
        foreach (var (at, what) in journal)
        {
            text.Append(InstantPattern.General.Format(at)).Append(' ').AppendLine(what switch
            {
                Change { Kind: ChangeKind.Deleted } change => $"    {change.Actor}: {change.Object.Title} is gone",
                Change change => $"    {change.Actor}: {change.Kind} {change.Object.Title}{Headline(change.Object)}",
                _ => what.ToString(),
            });
        }

        return text.ToString();
    }

    /// <inheritdoc/>
    public void Dispose() => operators.ForEach(one => one.Dispose());

    private void Settle()
    {
        var turns = 0;
        for (var busy = true; busy;)
        {
            if (++turns > MostTurns)
            {
                throw new InvalidOperationException($"after {MostTurns} turns at one moment the operators still answer each other:\n{Journal()}");
            }

            busy = Clock.RunDue();
            // By number: in the middle of a step another operator may join.
            for (var number = 0; number < operators.Count; number++)
            {
                busy |= operators[number].Step();
            }
        }
    }

    private Instant? Next()
    {
        var next = Clock.Next;
        foreach (var one in operators)
        {
            next = next is null ? one.Next : one.Next is { } its && its < next ? its : next;
        }

        return next;
    }

    private void Note(object what)
    {
        if (journal.Count == Remembered)
        {
            journal.Dequeue();
        }

        journal.Enqueue((Clock.Now, what));
    }

    private static string Headline(Stored found) =>
        (found.Deleting ? " (terminating)" : "") + (found.Json.Text("status", "phase") is { } phase ? $": {phase} {found.Json.Text("status", "message")}" : "");
}
