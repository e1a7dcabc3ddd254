using Backsnap.Domain.Cluster;
using Backsnap.Domain.Objects;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Planner;

/// <summary>What an object waits for, in words: a stuck system explains itself.</summary>
public sealed record Waiting(ObjectKind Kind, Identity Object, string For);

/// <summary>What somebody should know about an object although nothing is done about it: told as a warning Event, once, and shown in a dry run.</summary>
/// <param name="Kind">The kind of the object that it is about.</param>
/// <param name="About">The object.</param>
/// <param name="Reason">A stable CamelCase word.</param>
/// <param name="Message">A sentence for a person, with the way out.</param>
public sealed record Notice(ObjectKind Kind, Identity About, string Reason, string Message);

/// <summary>
/// What to do now, and why; what becomes of every claim; and when to look again if nothing happens before. Plans of parts add
/// up to the plan of the whole.
/// </summary>
/// <param name="Actions">Each is complete: nothing is left to decide when it is carried out. Those on one object are in order.</param>
/// <param name="Verdicts">One for every claim that was seen, in the order of namespace and name.</param>
/// <param name="Waits">What is waited for.</param>
/// <param name="WakeAt">The next instant at which planning again is worthwhile although nothing changed.</param>
public sealed record Plan(Seq<PlannedAction> Actions, Seq<Verdict> Verdicts, Seq<Waiting> Waits, Option<Instant> WakeAt)
{
    /// <summary>What somebody should know.</summary>
    public Seq<Notice> Notices { get; init; } = Seq<Notice>();

    /// <summary>
    /// Whether it rests on more than its claim and the time: on what else goes on, or on what the API server refused. What is found so is found
    /// anew each time.
    /// </summary>
    internal bool IsFleeting { get; init; }

    /// <summary>How many deletions are not among the actions because they are too many for one plan (see <see cref="Limits.Deletions"/>).</summary>
    public int Withheld { get; init; }

    /// <summary>Nothing to do, nothing to wait for.</summary>
    public static Plan Empty { get; } = new(Seq<PlannedAction>(), Seq<Verdict>(), Seq<Waiting>(), None);

    /// <summary>Only actions.</summary>
    public static Plan Do(params PlannedAction[] actions) => Empty with { Actions = actions.ToSeq().Strict() };

    /// <summary>Only actions.</summary>
    public static Plan Do(Seq<PlannedAction> actions) => Empty with { Actions = actions.Strict() };

    /// <summary>Nothing but waiting, for somebody else and at most until <paramref name="until"/>.</summary>
    public static Plan Wait(ObjectKind kind, Identity on, string what, Option<Instant> until) =>
        Empty with { Waits = Seq1(new Waiting(kind, on, what)), WakeAt = until };

    /// <summary>Nothing but something that somebody should know.</summary>
    public static Plan Tell(ObjectKind kind, Identity about, string reason, string message) =>
        Empty with { Notices = Seq1(new Notice(kind, about, reason, message)) };

    /// <summary>Both plans; the earlier wake-up wins.</summary>
    public static Plan operator +(Plan left, Plan right) => Add(left, right);

    /// <summary>Both plans; the earlier wake-up wins.</summary>
    public static Plan Add(Plan left, Plan right) => new(
        left.Actions.Then(right.Actions), left.Verdicts.Then(right.Verdicts), left.Waits.Then(right.Waits), Earlier(left.WakeAt, right.WakeAt))
    {
        Notices = left.Notices.Then(right.Notices),
        Withheld = left.Withheld + right.Withheld,
        IsFleeting = left.IsFleeting || right.IsFleeting,
    };

    /// <summary>All of them in order. Not a fold over <see cref="Add"/>, which would copy the growing plan for each of many thousand parts.</summary>
    public static Plan Concat(IEnumerable<Plan> plans)
    {
        var parts = plans as IReadOnlyList<Plan> ?? plans.ToList();
        var (wakeAt, withheld, fleeting) = (Option<Instant>.None, 0, false);
        foreach (var part in parts)
        {
            wakeAt = part.WakeAt.IsSome ? Earlier(wakeAt, part.WakeAt) : wakeAt;
            withheld += part.Withheld;
            fleeting |= part.IsFleeting;
        }

        return new(All(parts, plan => plan.Actions), All(parts, plan => plan.Verdicts), All(parts, plan => plan.Waits), wakeAt)
        {
            Notices = All(parts, plan => plan.Notices),
            Withheld = withheld,
            IsFleeting = fleeting,
        };
    }

    // Most parts have nothing of a kind, and often one alone has something: what it has is not copied.
    private static Seq<T> All<T>(IReadOnlyList<Plan> parts, Func<Plan, Seq<T>> of)
    {
        var (only, several) = (Seq<T>(), default(List<Seq<T>>));
        foreach (var part in parts)
        {
            var found = of(part);
            if (found.IsEmpty)
            {
                continue;
            }

            if (only.IsEmpty)
            {
                only = found;
            }
            else
            {
                (several ??= [only]).Add(found);
            }
        }

        return several is null ? only : Sequences.Join(several);
    }

    private static Option<Instant> Earlier(Option<Instant> a, Option<Instant> b) =>
        a.Match(x => b.Match(y => Some(Instant.Min(x, y)), () => a), () => b);
}
