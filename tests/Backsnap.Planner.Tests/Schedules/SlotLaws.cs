using Backsnap.Domain.Backups;
using Backsnap.Domain.Claims;
using Backsnap.Domain.Objects;
using Backsnap.Planner.Tests.Worlds;
using FsCheck;
using FsCheck.Fluent;
using LanguageExt;
using NodaTime;
using Xunit.Abstractions;
using static LanguageExt.Prelude;
using Arrange = Backsnap.Planner.Tests.Worlds.Given;
using RandomCases = Backsnap.Domain.Tests.Schedules.Laws;

namespace Backsnap.Planner.Tests.Schedules;

/// <summary>What holds of slots whatever happens: cases are days in the life of one operator, or of two, drawn at random.</summary>
public sealed class SlotLaws(ITestOutputHelper output)
{
    private static readonly string[] Expressions =
        ["@daily", "@hourly", "*/20 * * * *", "H H * * *", "@every 5h", "30 2 * * MON-FRI", "TZ=America/New_York 30 1 * * *", "0 0 1 * *", "0 12 22 * *", "@monthly"];

    private static readonly Instant Begin = Instant.FromUtc(2026, 10, 31, 12, 0);

    /// <summary>What happens next: time passes with or without an operator, somebody writes another schedule, or the clocks are set back.</summary>
    private abstract record Turn
    {
        private Turn() { }

        public sealed record Attended(int Minutes) : Turn;

        public sealed record Outage(int Minutes) : Turn;

        public sealed record Schedule(string Expression) : Turn;

        public sealed record ClockBack(int Seconds) : Turn;
    }

    private static readonly Gen<Turn> Turns = Gen.OneOf(
        from minutes in Gen.Choose(1, 60 * 5) select (Turn)new Turn.Attended(minutes),
        from minutes in Gen.Choose(1, 60 * 24 * 40) select (Turn)new Turn.Outage(minutes),
        from seconds in Gen.Choose(1, 90) select (Turn)new Turn.ClockBack(seconds),
        from expression in Gen.Elements(Expressions) select (Turn)new Turn.Schedule(expression));

    private static readonly Gen<(string Expression, bool CatchUp, bool NewClaims, Turn[] Turns)> Lives =
        from expression in Gen.Elements(Expressions)
        from catchUp in Gen.Elements(true, false)
        from newClaims in Gen.Elements(true, false)
        from count in Gen.Choose(1, 6)
        from turns in Turns.ArrayOf(count)
        select (expression, catchUp, newClaims, turns);

    private static World Start(string expression, bool catchUp, bool newClaims) =>
        Arrange.World(Arrange.Claim("orders") with { Id = Arrange.Id("shop", "orders", "claim", Begin), Schedule = expression }) with
        {
            Now = Begin,
            Settings = Arrange.Settings with { CatchUp = catchUp, BackupNewClaims = newClaims, Ttl = Duration.FromDays(1000) },
        };

    private static World Live(World world, Turn turn) => turn switch
    {
        Turn.Attended(var minutes) => world.For(Duration.FromMinutes(minutes)),
        Turn.Outage(var minutes) => world.Unattended(Duration.FromMinutes(minutes)),
        Turn.ClockBack(var seconds) => (world with { Now = world.Now - Duration.FromSeconds(seconds) }).Settle(),
        Turn.Schedule(var expression) => world with { State = world.State with { Claims = world.State.Claims.Map(claim => claim with { Schedule = expression }).Strict() } },
    };

    private static IEnumerable<Instant> Slots(World world) => world.State.Backups.Bind(backup => backup.Slot.ToSeq());

    [Fact]
    public void A_claim_is_served_at_most_once_per_slot_whatever_the_order_and_number_of_plans() => RandomCases.Hold(output, Lives, life =>
    {
        var slots = Slots(life.Turns.Aggregate(Start(life.Expression, life.CatchUp, life.NewClaims), Live)).ToList();
        Assert.Equal(slots.Count, slots.Distinct().Count());
        Assert.Equal(slots.Order(), slots);
    }, 40);

    [Fact]
    public void Every_backup_is_of_a_slot_at_or_after_the_claims_creation_and_never_early() => RandomCases.Hold(output, Lives, life =>
    {
        var world = life.Turns.Where(turn => turn is not Turn.ClockBack).Aggregate(Start(life.Expression, life.CatchUp, life.NewClaims), Live);
        Assert.All(world.State.Backups.AsEnumerable(), backup => Assert.True(backup.Slot.Exists(slot => slot >= Begin && slot <= backup.Id.Created)));
        Assert.True(life.NewClaims || Slots(world).All(slot => slot > Begin));
    }, 40);

    [Fact]
    public void After_any_outage_at_most_one_backup_is_due() => RandomCases.Hold(output, Lives, life =>
    {
        var world = life.Turns.Aggregate(Start(life.Expression, life.CatchUp, life.NewClaims).For(Duration.FromHours(2)), Live).Unattended(Duration.FromDays(50));
        var before = world.State.Backups.Count;
        Assert.InRange(world.Settle().State.Backups.Count - before, 0, 1);
    }, 30);

    [Fact]
    public void While_the_operator_runs_every_slot_is_served_unless_it_falls_into_a_running_backup() => RandomCases.Hold(output, Gen.Elements(Expressions), expression =>
    {
        var world = Start(expression, catchUp: true, newClaims: false).For(Duration.FromHours(18));
        var timetable = Domain.Schedules.Schedule.Parse(expression).IfLeft(_ => throw new ArgumentException(expression))
            .For(world.State.Claims.Head.Ref, DateTimeZone.Utc, Duration.Zero);
        Assert.Equal(timetable.Within(Begin + Duration.Epsilon, world.Now + Duration.Epsilon, 1000), Slots(world).ToSeq());
    }, 10);

    [Fact]
    public void Two_operators_with_different_views_create_the_same_names() => RandomCases.Hold(
        output,
        from life in Lives
        from lag in Gen.Choose(0, 3)
        select (life, lag),
        found =>
        {
            var (life, lag) = found;
            var worlds = life.Turns.Aggregate(Lst<World>.Empty.Add(Start(life.Expression, life.CatchUp, life.NewClaims)), (past, turn) => past.Add(Live(past[past.Count - 1], turn)));
            var (now, stale) = (worlds[worlds.Count - 1], worlds[Math.Max(0, worlds.Count - 1 - lag)]);

            // The second sees the backups of some time ago, but the claims of now: what it would make for a slot has the name that the first would give it.
            var view = now.State with { Backups = stale.State.Backups };
            foreach (var (name, slot) in Made(now.Plan(view)))
            {
                Assert.Equal(SlotName.For(new ClaimRef(Arrange.Ns("shop"), "orders"), slot), name);
            }

            var both = now.Apply(now.Plan(view)).Apply(now.Plan(now.State));
            var slots = Slots(both).ToList();
            Assert.Equal(slots.Count, slots.Distinct().Count());
        }, 30);

    [Fact]
    public void The_tolerance_never_swallows_the_first_slot_of_a_new_claim() => RandomCases.Hold(
        output,
        from expression in Gen.Elements("@monthly", "0 0 1 * *", "@yearly", "@weekly", "@daily")
        from before in Gen.Choose(1, 60 * 60 * 24)
        from newClaims in Gen.Elements(true, false)
        select (expression, before, newClaims),
        life =>
        {
            var first = Instant.FromUtc(2028, 1, 1, 0, 0);
            var world = Start(life.expression, catchUp: true, life.newClaims);
            var slot = Domain.Schedules.Schedule.Parse(life.expression).IfLeft(_ => throw new ArgumentException(life.expression))
                .For(new ClaimRef(Arrange.Ns("shop"), "orders"), DateTimeZone.Utc, Duration.Zero).Next(first - Duration.FromSeconds(1)).IfNone(first);
            var created = slot - Duration.FromSeconds(life.before);
            var young = world with
            {
                Now = created,
                State = world.State with { Claims = world.State.Claims.Map(claim => claim with { Id = claim.Id with { Created = created } }).Strict() },
            };
            Assert.Contains(slot, Slots(young.Until(slot + Duration.FromMinutes(10))));
        }, 30);

    [Fact]
    public void Names_of_slots_are_unique_and_fit_whatever_the_claim_is_named() => RandomCases.Hold(
        output,
        from one in ClaimNames
        from other in ClaimNames
        from seconds in Gen.Choose(0, 1_000_000_000)
        select (one, other, Begin + Duration.FromSeconds(seconds)),
        found =>
        {
            var (one, other, slot) = found;
            string Name(string claim, Instant at) => SlotName.For(new ClaimRef(Arrange.Ns("shop"), claim), at);
            Assert.True(DnsName.IsLabel(Name(one, slot)), Name(one, slot));
            Assert.Equal(one == other, Name(one, slot) == Name(other, slot));
            Assert.NotEqual(Name(one, slot), Name(one, slot + Duration.FromSeconds(1)));
        });

    private static readonly Gen<string> ClaimNames =
        from length in Gen.Choose(1, 120)
        from letters in Gen.Elements('a', 'b', '0', '-', '.').ArrayOf(length)
        let text = new string(letters)
        select "x" + text.Replace("..", "x.", StringComparison.Ordinal).Replace(".-", "xx", StringComparison.Ordinal).Replace("-.", "xx", StringComparison.Ordinal) + "x";

    private static Seq<(string Name, Instant Slot)> Made(Plan plan) => plan.Actions
        .Bind(action => action is PlannedAction.Create create && create.Object.Kind == ObjectKind.PvcBackup
            ? Seq1((create.Object.Name, Manifests.Text(create.Object.Body, "metadata", "annotations", Marks.Slot).Bind(SlotName.Read).IfNone(default(Instant))))
            : Seq<(string, Instant)>())
        .Strict();
}
