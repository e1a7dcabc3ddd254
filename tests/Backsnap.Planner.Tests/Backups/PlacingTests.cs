using Backsnap.Domain.Backups;
using Backsnap.Domain.Claims;
using Backsnap.Domain.Cluster;
using Backsnap.Domain.Objects;
using Backsnap.Planner.Schedules;
using Backsnap.Planner.Tests.Worlds;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Tests.Backups;

/// <summary>Where the movers of scheduled backups run: on whose word, and what becomes of a word that cannot be read.</summary>
public sealed class PlacingTests
{
    private static readonly Placement Flags = new(
        HashMap(("disk", "hdd")), Some(Node.List(Node.Object(Node.Set("key", "flag"), Node.Set("operator", "Exists")))), Some("by-flag"), HashMap(("team", "flag")), HashMap(("note", "flag")));

    private static World World(HashMap<string, string> onClaim, HashMap<string, string> onNamespace, Placement? flags = null)
    {
        var world = Given.World(Given.Claim("orders") with { Marks = onClaim });
        return world with
        {
            Settings = world.Settings with { Placement = flags ?? Placement.Anywhere },
            State = world.State with { Namespaces = HashMap((Given.Ns("shop"), Given.Namespace("shop") with { Marks = onNamespace })) },
            Now = Given.Night + Duration.FromMinutes(30),
        };
    }

    private static Node Spec(World world) =>
        Manifests.Find(world.Plan().Actions.AsEnumerable().OfType<PlannedAction.Create>().Single(create => create.Object.Kind == ObjectKind.PvcBackup).Object.Body, "spec").IfNone(new Node.Nothing());

    private static HashMap<string, string> Mark(string name, string text) => HashMap((name, text));

    [Fact]
    public void Each_part_comes_from_the_claim_else_from_its_namespace_else_from_the_flags()
    {
        var spec = Spec(World(
            HashMap((Marks.NodeSelector, "disk=ssd,zone=a"), (Marks.Labels, "team=claim")),
            HashMap((Marks.NodeSelector, "disk=none"), (Marks.PriorityClass, "by-namespace")),
            Flags));
        Assert.Equal(HashMap(("disk", "ssd"), ("zone", "a")), Manifests.Map(spec, "nodeSelector"));
        Assert.Equal("by-namespace", Manifests.Text(spec, "priorityClassName").IfNone(""));
        Assert.Equal(HashMap(("team", "claim")), Manifests.Map(spec, "labels"));
        Assert.Equal(HashMap(("note", "flag")), Manifests.Map(spec, "annotations"));
        Assert.Equal(Flags.Tolerations, Manifests.Find(spec, "tolerations"));
    }

    [Fact]
    public void An_annotation_that_is_there_and_empty_asks_for_nothing()
    {
        var spec = Spec(World(HashMap((Marks.NodeSelector, ""), (Marks.Tolerations, " "), (Marks.PriorityClass, ""), (Marks.Labels, ""), (Marks.Annotations, "")), default, Flags));
        Assert.Equal(Node.Object(Node.Set("pvc", "orders")), spec);
    }

    [Fact]
    public void Without_any_wish_the_spec_names_the_claim_alone() => Assert.Equal(Node.Object(Node.Set("pvc", "orders")), Spec(World(default, default)));

    [Theory]
    [InlineData(Marks.NodeSelector, "disk")]
    [InlineData(Marks.Tolerations, "dedicated=backup:Never")]
    [InlineData(Marks.PriorityClass, "Very High")]
    [InlineData(Marks.Labels, "app.kubernetes.io/managed-by=me")]
    [InlineData(Marks.Annotations, "{not json")]
    public void A_mistake_stops_the_claims_backups_and_names_the_annotation(string mark, string text)
    {
        foreach (var world in new[] { World(Mark(mark, text), default), World(default, Mark(mark, text)) })
        {
            var plan = world.Plan();
            Assert.True(plan.Actions.IsEmpty);
            var invalid = Assert.IsType<Coverage.Invalid>(plan.Verdicts.Head.Coverage);
            Assert.Equal((mark, text), (invalid.Subject, invalid.Expression));
            var explained = ScheduleExplanation.Of(world.State, world.Settings, new ClaimRef(Given.Ns("shop"), "orders"), world.Now);
            Assert.Contains($"{mark}=VALUE", explained.Bind(found => found.WayOut).IfNone(""), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_mistake_on_the_namespace_does_not_matter_to_a_claim_that_says_it_itself() =>
        Assert.Equal(HashMap(("disk", "ssd")), Manifests.Map(Spec(World(Mark(Marks.NodeSelector, "disk=ssd"), Mark(Marks.NodeSelector, "disk"))), "nodeSelector"));

    [Fact]
    public void A_claim_that_is_opted_out_is_not_called_invalid() => Assert.IsType<Coverage.Excluded>(
        (World(Mark(Marks.NodeSelector, "disk"), default) with { State = Given.With(Given.Claim("orders") with { Schedule = "", Marks = Mark(Marks.NodeSelector, "disk") }) }).Plan().Verdicts.Head.Coverage);

    [Fact]
    public void Backsnaps_own_labels_and_annotations_win_over_those_of_a_spec()
    {
        var own = HashMap((Marks.ManagedBy, "me"), (Marks.Operation, "mine"), (Marks.Restoring, "x"), ("team", "sales"));
        var backup = Given.Backup("nightly", "orders", Given.Night) with { Placement = Placement.Anywhere with { Labels = own, Annotations = own } };
        var world = Given.World(Given.Claim("orders") with { Schedule = "" });
        var after = (world with { State = world.State with { Backups = Seq1(backup) } }).For(Duration.FromHours(1));
        Assert.Equal(4, after.Bodies.Count);
        Assert.All(after.Bodies.Values, body =>
        {
            Assert.Equal(HashMap((Marks.ManagedBy, Marks.Backsnap), (Marks.Operation, "backup"), ("team", "sales")), Manifests.Map(body, "metadata", "labels"));
            Assert.Equal(HashMap(("team", "sales")), Manifests.Map(body, "metadata", "annotations"));
        });
    }

    [Fact]
    public void A_restore_and_a_backup_by_hand_get_nothing_from_flags_or_annotations()
    {
        var world = World(Mark(Marks.NodeSelector, "disk=ssd"), default, Flags);
        world = world with
        {
            Settings = world.Settings with { DefaultSchedule = "" },
            State = world.State with { Backups = Seq1(Given.Backup("by-hand", "orders", world.Now)), Restores = Seq1(Given.Restore("back", "orders", "copy", world.Now)) },
        };
        var jobs = world.For(Duration.FromHours(1)).Bodies.Values.Where(body => Manifests.Text(body, "kind").Contains("Job")).ToList();
        Assert.True(jobs.Count >= 2);
        Assert.All(jobs, job => Assert.True(Manifests.Find(job, "spec", "template", "spec", "nodeSelector").IsNone && Manifests.Find(job, "spec", "template", "spec", "tolerations").IsNone));
    }

    [Fact]
    public void A_snapshot_class_that_retains_is_warned_about_while_a_backup_uses_it_and_in_the_explanation()
    {
        var world = Given.World(Given.Claim("orders"));
        var retaining = world with { State = world.State with { SnapshotClasses = world.State.SnapshotClasses.Map(found => found with { Retains = true }).Strict() } };
        var told = new System.Collections.Generic.HashSet<string>(StringComparer.Ordinal);
        retaining.For(Duration.FromHours(1), (_, plan) => plan.Notices.Iter(notice => told.Add($"{notice.Kind} {notice.About.Name} {notice.Reason} {notice.Message.Split(':')[0]}")));
        Assert.Equal(["PVCBackup orders-20261122-023000 SnapshotRetained VolumeSnapshotClass fast-snapshots has deletionPolicy Retain"], told);
        Seq<string> Notes(World seen) => ScheduleExplanation.Of(seen.State, seen.Settings, new ClaimRef(Given.Ns("shop"), "orders"), seen.Now).Map(found => found.Notes).IfNone(Seq<string>());
        Assert.Contains("deletionPolicy Retain", Assert.Single(Notes(retaining).AsEnumerable()), StringComparison.Ordinal);
        Assert.Empty(Notes(world).AsEnumerable());
    }
}
