using System.Globalization;
using System.Text;
using Backsnap.Kubernetes;
using Backsnap.Planner;
using Backsnap.Simulation.Tests.Cluster;
using Backsnap.Simulation.Tests.Controllers;
using Backsnap.Simulation.Tests.Operators;
using Backsnap.Simulation.Tests.Scenarios;
using NodaTime.Text;

namespace Backsnap.Simulation.Tests.Tales;

/// <summary>
/// A script of commands and instants, and what the operator plans between them. In a tale's file the planned is indented; the rest is the
/// script. Which commands there are is told in docs/simulation.md.
/// </summary>
internal sealed class Tale : IDisposable
{
    private static readonly LocalDateTimePattern Minute = LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd HH:mm");
    private static readonly InstantPattern Second = InstantPattern.CreateWithInvariantCulture("uuuu-MM-dd HH:mm:ss");

    private static readonly string[] NoMaintenance = ["--prune-schedule", "", "--check-schedule", ""];

    private readonly ScriptedFates fates = new();
    private readonly World world;
    private readonly StringBuilder text = new();
    private string[] told = NoMaintenance;
    private string waits = "";
    private SimulatedOperator? one;

    private Tale()
    {
        world = new World(fates);
        world.Furnish();
    }

    /// <summary>Plays a script (indented lines are left out), and gives it back with what was planned.</summary>
    public static string Play(string script)
    {
        using var tale = new Tale();
        foreach (var line in script.TrimEnd('\n').Split('\n').Where(line => !line.StartsWith("    ", StringComparison.Ordinal)))
        {
            tale.text.Append(line).Append('\n');
            World.Alone(() => tale.Do(line));
        }

        Assert.True(tale.world.Laws.Broken.Count == 0, string.Join('\n', tale.world.Laws.Broken));
        return tale.text.ToString();
    }

    /// <inheritdoc/>
    public void Dispose() => world.Dispose();

    private void Do(string line)
    {
        var words = CommandLine(line);
        switch (words)
        {
            case [] or ["#", ..]:
                break;
            case ["told", .. var flags]:
                told = [.. flags, .. NoMaintenance];
                break;
            case ["until", var day, var hour]:
                Until(day, hour);
                break;
            case ["at", var day, var hour, .. var what]:
                Until(day, hour);
                Act(what);
                break;
            default:
                Act(words);
                break;
        }
    }

    private void Act(ReadOnlySpan<string> words)
    {
        switch (words)
        {
            case ["namespace", var name]:
                world.Namespace(name);
                break;
            case ["claim", var claim, "holds", var content, .. var rest]:
                world.Claim(Name(claim), content, Namespace(claim), rest is ["on", var storage, ..] ? storage : "fast", rest is [.., "schedule", var schedule] ? schedule : null);
                break;
            case ["write", var content, "into", var claim]:
                world.Write(Name(claim), content, Namespace(claim));
                break;
            case ["delete", var kind, var name]:
                world.Delete(Kind(kind), Name(name), Namespace(name));
                break;
            case ["annotate", var kind, var name, var key, var value]:
                world.Annotate(Kind(kind), Name(name), key, value, kind == "namespace" ? "" : Namespace(name));
                break;
            case ["backup", var name, "of", var claim]:
                world.AskForBackup(Name(name), claim, Namespace(name));
                break;
            case ["backup", var name, "of", var claim, "ttl", var ttl]:
                world.AskForBackup(Name(name), claim, Namespace(name), ttl);
                break;
            case ["restore", var name, "of", var source, "into", var target]:
                world.AskForRestore(Name(name), source, target, Namespace(name));
                break;
            case ["movers", "fail", var times, "times", "with", var code, var reason]:
                fates.Failing = (int.Parse(times, CultureInfo.InvariantCulture), new MoverFate.Fails(int.Parse(code, CultureInfo.InvariantCulture), reason));
                break;
            case ["movers", "run", "out", "of", "memory", var times, "times"]:
                fates.Failing = (int.Parse(times, CultureInfo.InvariantCulture), new MoverFate.OutOfMemory());
                break;
            case ["snapshots", "fail", var error]:
                fates.Stuck = error;
                break;
            case ["snapshots", "work"]:
                fates.Stuck = null;
                break;
            case ["operator", "stops"]:
                Running().Stop();
                break;
            case ["operator", "starts", .. var flags]:
                Running().Settings = World.Told([.. told, .. flags]).Settings;
                Running().Start();
                break;
            default:
                throw new ArgumentException($"no such command: {string.Join(' ', words.ToArray())}");
        }
    }

    private void Until(string day, string hour)
    {
        var until = Minute.Parse($"{day} {hour}").Value.InUtc().ToInstant();
        Running();
        world.Until(until);
    }

    private SimulatedOperator Running()
    {
        if (one is null)
        {
            one = world.Add("operator", World.Told(told));
            one.Planned += Tell;
            one.Start();
        }

        return one;
    }

    // What is planned, and what is waited for where that is news.
    private void Tell(Plan plan)
    {
        var lines = plan.Actions.Map(action => $"{action.Verb} {action.Target.Kind} {action.Target.Namespace}/{action.Target.Name}: {action.Reason}").AsEnumerable()
            .Concat(plan.Notices.Map(notice => $"notice on {notice.Kind} {notice.About.Namespace}/{notice.About.Name}: {notice.Message}")).ToList();
        var waiting = string.Join('\n', plan.Waits.Map(wait => $"{wait.Kind} {wait.Object.Namespace}/{wait.Object.Name} waits: {wait.For}"));
        if (plan.Actions.IsEmpty && waiting != waits && waiting.Length > 0)
        {
            lines.AddRange(waiting.Split('\n'));
        }

        waits = plan.Actions.IsEmpty ? waiting : waits;
        var at = Second.Format(world.Clock.Now);
        foreach (var line in plan.Actions.IsEmpty && waiting.Length == 0 ? [] : lines)
        {
            text.Append("    ").Append(at).Append("  ").Append(line).Append('\n');
            at = new string(' ', at.Length);
        }
    }

    private static KubeResource Kind(string kind) => kind switch
    {
        "claim" => Resources.PersistentVolumeClaims,
        "namespace" => Resources.Namespaces,
        "backup" => Resources.PvcBackups,
        "restore" => Resources.PvcRestores,
        "job" => Resources.Jobs,
        "snapshot" => Resources.VolumeSnapshots,
        _ => throw new ArgumentException($"no such kind: {kind}", nameof(kind)),
    };

    private static string Namespace(string name) => name.Contains('/', StringComparison.Ordinal) ? name[..name.IndexOf('/', StringComparison.Ordinal)] : "";

    private static string Name(string name) => name[(name.IndexOf('/', StringComparison.Ordinal) + 1)..];

    // Words parted by blanks; what stands in double quotes is one, also where it is empty.
    private static string[] CommandLine(string line)
    {
        var parts = line.Split('"');
        return [.. parts.SelectMany((part, index) => index % 2 == 1 ? [part] : part.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
    }

    private sealed class ScriptedFates : Fates
    {
        public (int Times, MoverFate Fate) Failing { get; set; } = (0, new MoverFate.Works());

        public string? Stuck { get; set; }

        public override SnapshotFate Snapshot(Stored snapshot) => Stuck is null ? base.Snapshot(snapshot) : new SnapshotFate.Stuck(Stuck);

        public override MoverFate Mover(Stored job, int run)
        {
            if (Failing.Times == 0)
            {
                return base.Mover(job, run);
            }

            Failing = (Failing.Times - 1, Failing.Fate);
            return Failing.Fate;
        }
    }
}
