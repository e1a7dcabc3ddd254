using System.Globalization;
using Backsnap.Domain.Backups;
using Backsnap.Domain.Cluster;
using Backsnap.Domain.Movers;
using Backsnap.Domain.Objects;
using Backsnap.Planner.Checks;
using LanguageExt;
using NodaTime;

namespace Backsnap.Planner.Tests.Worlds;

/// <summary>One line of what happened: when, by whom, what.</summary>
internal sealed record Event(Instant At, string Who, string What);

/// <summary>
/// The world around the planner: a cluster with its clock, its repositories, and what will happen in it. It is a value: the
/// same world moves on in the same way, and chance enters only through <see cref="Fates"/>.
/// </summary>
internal sealed record World(ClusterState State, Settings Settings, Instant Now)
{
    /// <summary>What happens to the children of an owner, by its kind and name and the children's operation.</summary>
    public Func<Owner, string, Fate> Fates { get; init; } = (_, _) => Fate.Good;

    /// <summary>Counts every change: the source of uids and resourceVersions.</summary>
    public int Serial { get; init; } = 100;

    /// <summary>The manifest of every object that was created in this world, by uid, deleted ones included.</summary>
    public HashMap<Uid, Node> Bodies { get; init; }

    /// <summary>The snapshots in each restic repository, newest first.</summary>
    public HashMap<string, Seq<SavedSnapshot>> Repositories { get; init; }

    /// <summary>
    /// A planner that remembers what it planned for this world and for all that came of it, also along other ways and for old views. That it plans
    /// like one that remembers nothing is held in every world of every test.
    /// </summary>
    public Recollection Memory { get; init; } = new();

    /// <summary>Everything that happened, in order.</summary>
    public Lst<Event> Past { get; init; }

    /// <summary>The plan for this moment; held against the laws, like every plan.</summary>
    public Plan Plan() => Plan(State);

    /// <summary>The plan that somebody makes at this moment who sees <paramref name="seen"/>; but for Secrets of tenants, at which nobody looks.</summary>
    public Plan Plan(ClusterState seen)
    {
        seen = seen with { Secrets = seen.Secrets.Filter(secret => secret.IsElsewhere).Strict() };
        var plan = Planner.Plan(seen, Settings, Now);
        var violations = PlanCheck.Check(seen, Settings, plan, Now);
        Assert.Equal(plan, Memory.Next(seen, Settings, Now));
        Assert.Equal(violations, Memory.Check(seen, Settings, plan, Now));
        Assert.True(violations.IsEmpty, $"a plan broke a law: {string.Join("; ", violations.Map(violation => $"{violation.Law} ({violation.Detail})"))}\n{Print()}");
        var unknown = plan.Actions.Bind(action => action is PlannedAction.SetStatus set && set.Kind == ObjectKind.PvcBackup ? Reason(set.Status).Filter(reason => !FailureReason.IsKnown(reason)).ToSeq() : LanguageExt.Prelude.Seq<string>());
        Assert.True(unknown.IsEmpty, $"nobody knows whether these failures are worth another try: {string.Join(", ", unknown)} (see FailureReason)");
        return plan;
    }

    private static Option<string> Reason(Node status) => Manifests.Text(status, "phase").Filter(phase => phase == "Failed").Bind(_ => Manifests.Text(status, "reason"));

    public World Note(string who, string what) => this with { Past = Past.Add(new Event(Now, who, what)) };

    /// <summary>The next resourceVersion, or the next number of a uid.</summary>
    public string Version => Serial.ToString(CultureInfo.InvariantCulture);

    public World Changed() => this with { Serial = Serial + 1 };

    public string Print() => string.Concat(Past.Select(Line));

    private static string Line(Event happened) =>
        string.Create(CultureInfo.InvariantCulture, $"{NodaTime.Text.InstantPattern.General.Format(happened.At)}  {happened.Who,-11}  {happened.What}\n");
}
