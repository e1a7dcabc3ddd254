using Backsnap.Domain.Backups;
using Backsnap.Domain.Claims;
using Backsnap.Domain.Cluster;
using Backsnap.Domain.Movers;
using Backsnap.Domain.Objects;
using Backsnap.Domain.Volumes;
using Backsnap.Planner.Tests.Worlds;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Tests.Deletions;

/// <summary>What is left of a backup or restore that is gone, and what only looks like it.</summary>
public sealed class OrphanTests
{
    private static readonly Owner Gone = new("PVCBackup", "gone", new Uid("gone")) { Group = ObjectKind.Group };
    private static readonly Instant Long = Given.Night - Duration.FromHours(1);

    private static Identity Child(string name, Option<Owner> owner, Instant? created = null, string ns = "shop") =>
        Given.Id(ns, name, $"uid-{name}", created ?? Long) with { Controller = owner, Labels = HashMap((Marks.ManagedBy, Marks.Backsnap)) };

    private static ClusterState With(Identity snapshot) => Given.With() with { Snapshots = Seq1(new Snapshot(snapshot, Ready: true, None, None, None)) };

    private static Plan Plan(ClusterState state, Settings? settings = null) => new World(state, settings ?? Given.Settings, Given.Night).Plan();

    private static string Deleted(Plan plan) => string.Join(' ', plan.Actions.Bind(action => action is PlannedAction.Delete delete ? Seq1($"{delete.Kind}:{delete.Of.Uid}") : Seq<string>()));

    [Fact]
    public void Children_of_every_kind_are_deleted_by_uid_when_their_owner_is_gone()
    {
        var state = With(Child("snapshot", Gone)) with
        {
            Claims = Seq1(Given.Claim("claim") with { Id = Child("claim", Gone) }),
            Jobs = Seq1(new MoverJob(Child("job", Gone with { Kind = "PVCRestore" }), new JobState.Unfinished())),
            Secrets = Seq1(Child("secret", Gone with { Namespace = Given.Ns("shop") })),
        };
        Assert.Equal("PersistentVolumeClaim:uid-claim Job:uid-job Secret:uid-secret VolumeSnapshot:uid-snapshot", Deleted(Plan(state)));
    }

    [Fact]
    public void A_young_one_is_left_to_the_garbage_collector_for_ten_minutes()
    {
        var plan = Plan(With(Child("snapshot", Gone, Given.Night - Duration.FromMinutes(9))));
        Assert.Equal(("", Some(Given.Night + Duration.FromMinutes(1))), (Deleted(plan), plan.WakeAt));
        Assert.Equal("VolumeSnapshot:uid-snapshot", Deleted(Plan(With(Child("snapshot", Gone, Given.Night - Duration.FromMinutes(10))))));
    }

    [Fact]
    public void A_child_whose_owner_is_there_is_no_orphan()
    {
        var backup = Given.Backup("there", "orders", Given.Night) with { Phase = new BackupPhase.Running(Given.Night) };
        Assert.Equal("", Deleted(Plan(With(Child("snapshot", Gone with { Uid = backup.Id.Uid })) with { Backups = Seq1(backup) })));
    }

    [Fact]
    public void What_belongs_to_nobody_or_to_another_groups_object_is_told_and_never_deleted()
    {
        foreach (var owner in new[] { Option<Owner>.None, Some(Gone with { Group = "example.com" }), Some(new Owner("CronJob", "nightly", new Uid("nightly")) { Group = "batch" }) })
        {
            var plan = Plan(With(Child("snapshot", owner)));
            Assert.Equal("", Deleted(plan));
            var notice = Assert.Single(plan.Notices.AsEnumerable());
            Assert.Equal("NotOwned", notice.Reason);
            Assert.Contains("kubectl delete volumesnapshots -n shop snapshot", notice.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_has_not_our_label_is_nobodys_business()
    {
        var plan = Plan(With(Child("snapshot", Gone) with { Labels = HashMap((Marks.ManagedBy, "Helm")) }));
        Assert.True(plan.Actions.IsEmpty && plan.Notices.IsEmpty);
    }

    [Fact]
    public void What_is_going_already_is_left_alone()
    {
        Assert.Equal("", Deleted(Plan(With(Child("snapshot", Gone) with { Deleting = true }))));
        var going = With(Child("snapshot", Gone));
        Assert.Equal("", Deleted(Plan(going with { Namespaces = HashMap((Given.Ns("shop"), Given.Namespace("shop") with { Terminating = true })) })));
    }

    [Fact]
    public void Other_namespaces_than_the_selected_ones_are_not_cleaned() =>
        Assert.Equal("", Deleted(Plan(With(Child("snapshot", Gone)), Given.Settings with { Scope = new NamespaceScope(Seq1(Given.Ns("lab")), Seq<NamespaceName>()) })));

    [Fact]
    public void A_deletion_that_was_refused_is_tried_again_later_and_not_at_once()
    {
        var trouble = new Trouble(Given.Night + Duration.FromMinutes(3), "forbidden");
        var plan = Plan(With(Child("snapshot", Gone)) with { Troubles = HashMap((Trouble.KeyOf(ObjectKind.PvcBackup, Given.Ns("shop"), "gone"), trouble)) });
        Assert.Equal(("", Some(trouble.Until)), (Deleted(plan), plan.WakeAt));
    }
}
