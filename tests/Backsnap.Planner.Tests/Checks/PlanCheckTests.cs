using Backsnap.Domain.Backups;
using Backsnap.Domain.Claims;
using Backsnap.Domain.Cluster;
using Backsnap.Domain.Movers;
using Backsnap.Domain.Objects;
using Backsnap.Domain.Restores;
using Backsnap.Planner.Checks;
using Backsnap.Planner.Tests.Worlds;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Tests.Checks;

/// <summary>A plan that breaks a law, made by hand, for each law; and beside it the plan that does not.</summary>
public sealed class PlanCheckTests
{
    private static readonly Claim Orders = Given.Claim("orders");
    private static readonly Backup Running = Given.Backup("nightly", "orders", Given.Night) with { Phase = new BackupPhase.Running(Given.Night) };
    private static readonly Backup Done = Given.Finished("done", "orders", Result.Succeeded, Given.Night);
    private static readonly Restore Back = Given.Restore("back", "orders", "copy", Given.Night);

    private static readonly ClusterState State = Given.With(Orders) with { Backups = Seq(Running, Done), Restores = Seq1(Back) };

    private static string Laws(ClusterState state, Settings settings, params PlannedAction[] actions) =>
        string.Join("; ", PlanCheck.Check(state, settings, Plan.Do(actions.SelectMany(action => Withdrawn(state, action)).ToArray()), Given.Night).Map(violation => violation.Law));

    // Each law by itself: what ends has no credentials left.
    private static PlannedAction[] Withdrawn(ClusterState state, PlannedAction action) => action is PlannedAction.SetStatus set && !state.Jobs.Exists(job => job.State is JobState.Unfinished)
        ? [Withdraw(set.Kind, set.Of), action]
        : [action];

    private static PlannedAction Withdraw(ObjectKind kind, Identity of) => new PlannedAction.DeleteCredentials(
        of.Namespace, ChildName.OfCredentials(of.Name, of.Uid, NamingKey.None), new Beneficiary(kind, of), "test");

    private static string Laws(ClusterState state, params PlannedAction[] actions) => Laws(state, Given.Settings, actions);

    private static PlannedAction.Create Make(ObjectKind kind, string name, Node body) => new(new Manifest(kind, Given.Ns("shop"), name, body, None), "test");

    private static Node OwnedBy(Identity owner) => Node.Object(Node.Set("ownerReferences", Node.List(Node.Object(Node.Set("uid", owner.Uid.Value)))));

    private static PlannedAction SnapshotOf(string claim) => Make(
        ObjectKind.VolumeSnapshot, "s", Node.Object(Node.Set("spec", Node.Object(Node.Set("source", Node.Object(Node.Set("persistentVolumeClaimName", claim)))))));

    private static PlannedAction JobWith(Identity owner, string claim, params Node[] env) => Make(ObjectKind.Job, "j", Node.Object(
        Node.Set("metadata", OwnedBy(owner)),
        Node.Set("spec", Node.Object(Node.Set("template", Node.Object(Node.Set("spec", Node.Object(
            Node.Set("containers", Node.List(Node.Object(Node.Set("name", "mover"), Node.Set("env", Node.List(env))))),
            Node.Set("volumes", Node.List(Node.Object(Node.Set("persistentVolumeClaim", Node.Object(Node.Set("claimName", claim))))))))))))));

    private static PlannedAction Status(ObjectKind kind, Identity of, string phase) =>
        new PlannedAction.SetStatus(kind, of, Node.Object(Node.Set("phase", phase)), None, "test");

    private static PlannedAction Delete(ObjectKind kind, Identity of) => new PlannedAction.Delete(kind, of, Unchanged: false, "test");

    private static Identity ChildOf(Identity owner, string kind = "PVCBackup") => Given.Id("shop", "child", "child", Given.Night) with { Controller = Some(new Owner(kind, owner.Name, owner.Uid)) };

    private static ClusterState Reported(Identity owner, MoverOutcome outcome, bool over = true, bool named = true)
    {
        var job = ChildOf(owner);
        var report = new MoverReport(outcome, 0, "", "", named ? Some(new SavedSnapshot("aa", None, Seq<string>())) : None, None, None, 0, Seq<string>(), Seq<SavedSnapshot>());
        return State with
        {
            Jobs = Seq1(new MoverJob(job, over ? new JobState.Complete(Given.Night) : new JobState.Unfinished())),
            Pods = Seq1(new MoverPod(Given.Id("shop", "pod", "pod", Given.Night) with { Controller = Some(new Owner("Job", job.Name, job.Uid)) }, new PodState.Ended(Given.Night, 0, "Completed", Some(report)))),
        };
    }

    [Fact]
    public void Only_selected_namespaces_are_touched()
    {
        var settings = Given.Settings with { Scope = new NamespaceScope(Seq1(Given.Ns("lab")), Seq<NamespaceName>()) };
        Assert.Equal("touch only selected namespaces", Laws(State, settings, SnapshotOf("orders")));
        Assert.Equal("", Laws(State, SnapshotOf("orders")));
    }

    [Fact]
    public void Names_of_children_fit_into_63_characters()
    {
        Assert.Equal("names fit into 63 characters", Laws(State, Make(ObjectKind.PvcBackup, new string('a', 64), Node.Object())));
        Assert.Equal("", Laws(State, Make(ObjectKind.PvcBackup, new string('a', 63), Node.Object())));
        Assert.Equal("", Laws(State, Make(ObjectKind.Claim, new string('a', 253), Node.Object())));
    }

    [Fact]
    public void Credentials_come_only_as_a_copy_and_stand_only_in_Secrets()
    {
        Assert.Equal("credentials come only as a Secret's copy", Laws(State, Make(ObjectKind.Secret, "s", Node.Object())));
        var secret = new Manifest(ObjectKind.Secret, Given.Ns("shop"), "s", Node.Object(Node.Set("stringData", Node.Object(Node.Set("RESTIC_PASSWORD", "hunter2")))), None);
        var name = ChildName.OfCredentials(Running.Id.Name, Running.Id.Uid, NamingKey.None);
        var copy = secret with { Name = name, For = new Beneficiary(ObjectKind.PvcBackup, Running.Id) };
        Assert.Equal("a plan holds no credential", Laws(State, new PlannedAction.CreateCredentials(copy, Seq1("RESTIC_PASSWORD"), "test")));
        Assert.Equal("a copy of credentials has a name that nobody can guess", Laws(State, new PlannedAction.CreateCredentials(copy with { Name = "s", Body = Node.Object() }, Seq1("RESTIC_PASSWORD"), "test")));
        Assert.Equal("", Laws(State, new PlannedAction.CreateCredentials(copy with { Body = Node.Object() }, Seq1("RESTIC_PASSWORD"), "test")));

        var temporary = State with { Claims = State.Claims.Add(Given.Claim("temporary") with { Id = ChildOf(Running.Id) with { Name = "temporary" } }) };
        Node Variable(string field) => Node.Object(Node.Set("name", "RESTIC_PASSWORD"), Node.Set(field, "hunter2"));
        Assert.Equal("credentials stand only in Secrets", Laws(temporary, JobWith(Running.Id, "temporary", Variable("value"))));
        Assert.Equal("", Laws(temporary, JobWith(Running.Id, "temporary", Variable("valueFrom"))));
    }

    [Fact]
    public void Where_passwords_are_derived_the_one_that_opens_all_stays_with_the_operator()
    {
        var settings = Given.Settings with { Mover = Given.Settings.Mover with { Passwords = PasswordScope.Namespace } };
        var copy = new PlannedAction.CreateCredentials(
            new Manifest(ObjectKind.Secret, Given.Ns("shop"), ChildName.OfCredentials(Running.Id.Name, Running.Id.Uid, NamingKey.None), Node.Object(), new Beneficiary(ObjectKind.PvcBackup, Running.Id)),
            Seq1("RESTIC_PASSWORD"), "test");
        Assert.Equal("where passwords are derived, none that opens all leaves the operator", Laws(State, settings, copy));
        Assert.Equal("", Laws(State, settings, copy with { PasswordOf = "shop" }));
    }

    [Fact]
    public void By_its_name_only_a_copy_of_credentials_goes_and_only_when_no_mover_needs_it()
    {
        PlannedAction Withdraw(string name, string ns = "shop") => new PlannedAction.DeleteCredentials(Given.Ns(ns), name, new Beneficiary(ObjectKind.PvcBackup, Running.Id), "test");
        var name = ChildName.OfCredentials(Running.Id.Name, Running.Id.Uid, NamingKey.None);
        var law = "by its name only a copy of credentials is deleted";
        Assert.Equal(law, Laws(State, Withdraw("repository")));
        Assert.Equal(law, Laws(State, Withdraw(ChildName.For(Running.Id.Name, Running.Id.Uid))));
        Assert.Equal(law, Laws(State, Withdraw(ChildName.OfCredentials(Running.Id.Name, new Uid("another"), NamingKey.None))));
        Assert.Contains(law, Laws(State, Withdraw(name, "lab")), StringComparison.Ordinal);
        Assert.Equal("", Laws(State, Withdraw(name)));

        MoverJob Job(JobState state) => new(ChildOf(Running.Id) with { Name = "job" }, state);
        Assert.Equal("no mover loses the credentials that it may need", Laws(State with { Jobs = Seq1(Job(new JobState.Unfinished())) }, Withdraw(name)));
        Assert.Equal("", Laws(State with { Jobs = Seq1(Job(new JobState.Complete(Given.Night))) }, Withdraw(name)));
    }

    [Fact]
    public void Nothing_is_over_while_a_copy_of_credentials_is_left_of_it()
    {
        var over = new PlannedAction.SetStatus(ObjectKind.PvcBackup, Running.Id, Node.Object(Node.Set("phase", "Failed")), None, "test");
        string Laws(params PlannedAction[] actions) => string.Join("; ", PlanCheck.Check(State, Given.Settings, Plan.Do(actions), Given.Night).Map(violation => violation.Law));
        Assert.Equal("credentials go before what they were for is over", Laws(over));
        Assert.Equal("", Laws(Withdraw(ObjectKind.PvcBackup, Running.Id), over));
    }

    [Fact]
    public void A_claim_that_is_being_restored_and_a_temporary_one_are_never_snapshotted()
    {
        var law = "never back up a claim that is being restored, nor a temporary one";
        Assert.Equal(law, Laws(State with { Claims = Seq1(Orders with { Restoring = Back.Id.Uid }) }, SnapshotOf("orders")));
        Assert.Equal(law, Laws(State with { Claims = Seq1(Orders with { Id = ChildOf(Running.Id) with { Name = "orders" } }) }, SnapshotOf("orders")));
        Assert.Equal("", Laws(State, SnapshotOf("orders")));
    }

    [Fact]
    public void No_claim_is_created_that_exists()
    {
        Assert.Equal("never create a claim that exists", Laws(State, Make(ObjectKind.Claim, "orders", Node.Object())));
        Assert.Equal("", Laws(State, Make(ObjectKind.Claim, "copy", Node.Object())));
    }

    [Fact]
    public void A_mover_mounts_only_what_was_made_for_it()
    {
        var law = "a mover mounts only what was made for it";
        PlannedAction Claim(Uid restore) => Make(ObjectKind.Claim, "copy", Node.Object(
            Node.Set("metadata", Node.Object(Node.Set("annotations", Node.Object(Node.Set(Marks.Restoring, restore.Value)))))));
        Assert.Equal(law, Laws(State, JobWith(Running.Id, "orders")));
        Assert.Equal(law, Laws(State, Claim(new Uid("another-restore")), JobWith(Back.Id, "copy")));
        Assert.Equal("", Laws(State, Claim(Back.Id.Uid), JobWith(Back.Id, "copy")));
        Assert.Equal("", Laws(State with { Claims = Seq1(Given.Claim("copy") with { Restoring = Back.Id.Uid }) }, JobWith(Back.Id, "copy")));
        Assert.Equal(law, Laws(State with { Claims = Seq1(Given.Claim("copy") with { Restoring = new Uid("another-restore") }) }, JobWith(Back.Id, "copy")));
    }

    [Fact]
    public void What_is_finished_stays_as_it_ended()
    {
        Assert.Equal("what is finished stays as it ended", Laws(State, Status(ObjectKind.PvcBackup, Done.Id, "Failed")));
        Assert.Equal("", Laws(State, Status(ObjectKind.PvcBackup, Running.Id, "Failed")));
    }

    [Fact]
    public void No_success_is_reported_that_a_mover_did_not_report()
    {
        var law = "no success is reported that a mover did not report";
        var backup = Status(ObjectKind.PvcBackup, Running.Id, "Succeeded");
        Assert.Equal(law, Laws(State, backup));
        Assert.Equal(law, Laws(Reported(Running.Id, MoverOutcome.Failed), backup));
        Assert.Equal(law, Laws(Reported(Running.Id, MoverOutcome.Succeeded, over: false), backup));
        Assert.Equal(law, Laws(Reported(Running.Id, MoverOutcome.Succeeded, named: false), backup));
        Assert.Equal("", Laws(Reported(Running.Id, MoverOutcome.Succeeded), backup));
        Assert.Equal("", Laws(Reported(Running.Id, MoverOutcome.Partial), backup));
        Assert.Equal(law, Laws(Reported(Back.Id, MoverOutcome.Partial), Status(ObjectKind.PvcRestore, Back.Id, "Succeeded")));
        Assert.Equal("", Laws(Reported(Back.Id, MoverOutcome.Succeeded), Status(ObjectKind.PvcRestore, Back.Id, "Succeeded")));
    }

    [Fact]
    public void A_claim_is_released_only_when_its_restore_has_succeeded()
    {
        var target = Given.Claim("copy") with { Restoring = Back.Id.Uid };
        var release = new PlannedAction.RemoveAnnotation(ObjectKind.Claim, target.Id, Marks.Restoring, "test");
        ClusterState After(Result result) => State with { Claims = Seq1(target), Restores = Seq1(Back with { Phase = new RestorePhase.Finished(result, None, Given.Night) }) };
        Assert.Equal("a claim is released only when its restore has succeeded", Laws(After(Result.Failed), release));
        Assert.Equal("a claim is released only when its restore has succeeded", Laws(State with { Claims = Seq1(target) }, release));
        Assert.Equal("", Laws(After(Result.Succeeded), release));
    }

    [Fact]
    public void Only_children_of_finished_objects_of_ours_are_deleted()
    {
        var law = "only children of finished objects of ours are deleted, by uid";
        Assert.Equal(law, Laws(State, Delete(ObjectKind.Claim, Orders.Id)));
        Assert.Equal(law, Laws(State, Delete(ObjectKind.Job, ChildOf(Running.Id))));
        Assert.Equal(law, Laws(State, Delete(ObjectKind.Job, ChildOf(Done.Id with { Uid = new Uid("an-earlier-one-of-that-name") }))));
        Assert.Equal("", Laws(State, Delete(ObjectKind.Job, ChildOf(Done.Id))));
    }

    [Fact]
    public void A_child_whose_owner_is_gone_is_deleted_only_when_it_is_old_and_provably_ours()
    {
        var law = "only children of finished objects of ours are deleted, by uid";
        var orphan = ChildOf(Done.Id with { Uid = new Uid("gone") }) with { Created = Given.Night - Duration.FromMinutes(10), Labels = HashMap((Marks.ManagedBy, Marks.Backsnap)) };
        Identity Owned(string group) => orphan with { Controller = orphan.Controller.Map(owner => owner with { Group = group }) };
        Assert.Equal("", Laws(State, Delete(ObjectKind.Job, Owned("backsnap.skyb.it"))));
        Assert.Equal(law, Laws(State, Delete(ObjectKind.Job, Owned("example.com"))));
        Assert.Equal(law, Laws(State, Delete(ObjectKind.Job, Owned("backsnap.skyb.it") with { Labels = default })));
        Assert.Equal(law, Laws(State, Delete(ObjectKind.Job, Owned("backsnap.skyb.it") with { Created = Given.Night - Duration.FromMinutes(9) })));
        Assert.Equal(law, Laws(State, Delete(ObjectKind.Job, Owned("backsnap.skyb.it") with { Controller = None })));
        Assert.Equal(law, Laws(State, Delete(ObjectKind.Job, Owned("backsnap.skyb.it") with { Controller = Some(new Owner("PVCBackup", Running.Id.Name, Running.Id.Uid) { Group = "backsnap.skyb.it" }) })));
    }

    [Fact]
    public void No_more_is_deleted_for_good_at_once_than_allowed()
    {
        var law = "no more is deleted for good at once than allowed";
        var failed = Seq("a", "b").Map(name => Given.Finished(name, "orders", Result.Failed, Given.Night)).Strict();
        var state = State with { Backups = State.Backups + failed };
        var both = failed.Map(backup => Delete(ObjectKind.PvcBackup, backup.Id)).ToArray();
        Settings Most(int most) => Given.Settings with { Limits = Limits.Default with { Deletions = most } };
        Assert.Equal(law, Laws(state, Most(1), both));
        Assert.Equal("", Laws(state, Most(2), both));
        Assert.Equal("", Laws(state, Most(0), both));
        Assert.Equal("", Laws(state, Most(1), both[0], Delete(ObjectKind.Job, ChildOf(Done.Id))));
        var orphan = ChildOf(Done.Id with { Uid = new Uid("gone") }) with { Created = Given.Night - Duration.FromHours(1), Labels = HashMap((Marks.ManagedBy, Marks.Backsnap)) };
        Assert.Equal(law, Laws(state, Most(1), both[0], Delete(ObjectKind.Job, orphan with { Controller = orphan.Controller.Map(owner => owner with { Group = ObjectKind.Group }) })));
    }

    [Fact]
    public void The_newest_success_of_a_claim_that_exists_is_never_deleted()
    {
        var law = "the newest success of a claim that exists is never deleted";
        var older = Given.Finished("older", "orders", Result.Succeeded, Given.Night - Duration.FromDays(1));
        var twin = Given.Finished("twin", "orders", Result.Succeeded, Given.Night);
        var ofAnother = Given.Finished("carts", "carts", Result.Succeeded, Given.Night);
        Assert.Equal(law, Laws(State with { Backups = Seq(Done, older, ofAnother) }, Delete(ObjectKind.PvcBackup, Done.Id)));
        Assert.Equal("", Laws(State with { Backups = Seq(Done, older) }, Delete(ObjectKind.PvcBackup, older.Id)));
        Assert.Equal(law, Laws(State with { Backups = Seq(Done with { Id = Done.Id with { Deleting = true } }, older) }, Delete(ObjectKind.PvcBackup, older.Id)));
        Assert.Equal("", Laws(State with { Backups = Seq(Done, twin) }, Delete(ObjectKind.PvcBackup, twin.Id)));
        Assert.Equal($"{law}; {law}", Laws(State with { Backups = Seq(Done, twin) }, Delete(ObjectKind.PvcBackup, Done.Id), Delete(ObjectKind.PvcBackup, twin.Id)));
        Assert.Equal("", Laws(State with { Backups = Seq1(Done), Claims = Seq<Claim>() }, Delete(ObjectKind.PvcBackup, Done.Id)));
    }

    [Fact]
    public void The_newest_attempt_at_the_newest_slot_is_never_deleted()
    {
        var law = "the newest attempt at the newest slot of a claim that exists is never deleted";
        Backup Attempt(int slot, int attempt) => Given.Finished($"slot-{slot}-{attempt}", "orders", Result.Failed, Given.Night) with { Slot = Some(Given.Night + NodaTime.Duration.FromDays(slot)), Attempt = attempt };
        var state = State with { Backups = Seq(Attempt(1, 3), Attempt(2, 1), Attempt(2, 2)) };
        Assert.Equal(law, Laws(state, Delete(ObjectKind.PvcBackup, Attempt(2, 2).Id)));
        Assert.Equal("", Laws(state, Delete(ObjectKind.PvcBackup, Attempt(2, 1).Id), Delete(ObjectKind.PvcBackup, Attempt(1, 3).Id)));
        Assert.Equal("", Laws(state with { Claims = Seq<Claim>() }, Delete(ObjectKind.PvcBackup, Attempt(2, 2).Id)));
    }

    [Fact]
    public void No_unfinished_PVCBackup_is_deleted_and_none_that_was_not_seen()
    {
        Assert.Equal("no unfinished PVCBackup is deleted", Laws(State, Delete(ObjectKind.PvcBackup, Running.Id)));
        Assert.Equal("no PVCBackup is deleted that was not seen", Laws(State, Delete(ObjectKind.PvcBackup, Given.Id("shop", "ghost", "ghost", Given.Night))));
    }

    [Fact]
    public void No_more_backups_run_at_once_than_allowed()
    {
        var (next, after) = (Given.Backup("next", "a", Given.Night), Given.Backup("after", "b", Given.Night));
        var state = State with { Backups = Seq(Running, next, after) };
        Assert.Equal("no more backups run at once than allowed", Laws(state, Status(ObjectKind.PvcBackup, next.Id, "Snapshotting"), Status(ObjectKind.PvcBackup, after.Id, "Snapshotting")));
        Assert.Equal("", Laws(state, Status(ObjectKind.PvcBackup, next.Id, "Snapshotting")));
        Assert.Equal("", Laws(state, Given.Settings with { MaxRunning = 1 }, Status(ObjectKind.PvcBackup, Running.Id, "Snapshotting")));
    }

    [Fact]
    public void No_more_backups_of_one_driver_or_on_one_node_begin_than_allowed()
    {
        var (next, after) = (Given.Backup("next", "a", Given.Night), Given.Backup("after", "b", Given.Night));
        var state = Given.With(Orders, Given.Claim("a"), Given.Claim("b")) with { Backups = Seq(Running, next, after) };
        state = state with { Volumes = state.Volumes.Map(volume => volume with { Node = Some("one") }).Strict() };
        var (driver, node) = ("no more backups of one driver run at once than allowed", "no more backups run at once on one node than allowed");
        Settings Allow(int perDriver, int perNode) => Given.Settings with { MaxRunning = 9, Limits = Limits.Default with { RunningPerDriver = perDriver, RunningPerNode = perNode } };
        var begin = new[] { Status(ObjectKind.PvcBackup, next.Id, "Snapshotting"), Status(ObjectKind.PvcBackup, after.Id, "Snapshotting") };
        Assert.Equal(driver, Laws(state, Allow(2, 0), begin));
        Assert.Equal(node, Laws(state, Allow(0, 2), begin));
        Assert.Equal("", Laws(state, Allow(3, 3), begin));
        Assert.Equal("", Laws(state, Allow(0, 0), begin));
        Assert.Equal("", Laws(state with { Volumes = state.Volumes.Filter(volume => volume.Name != "pv-shop-b").Strict().Add(new Domain.Volumes.Volume("pv-shop-b", Some("other"))).Strict() }, Allow(2, 2), begin));
    }

    [Fact]
    public void No_more_VolumeSnapshots_are_unready_than_allowed_when_a_backup_begins()
    {
        var next = Given.Backup("next", "a", Given.Night);
        var unready = new Domain.Volumes.Snapshot(ChildOf(Running.Id), Ready: false, None, None, None);
        Settings settings = Given.Settings with { Limits = Limits.Default with { UnreadySnapshots = 1 } };
        string Check(Domain.Volumes.Snapshot there) =>
            Laws(State with { Backups = Seq(Running, next), Snapshots = Seq1(there) }, settings, Status(ObjectKind.PvcBackup, next.Id, "Snapshotting"), SnapshotOf("a"));
        Assert.Equal("no more VolumeSnapshots are unready at once than allowed", Check(unready));
        Assert.Equal("", Check(unready with { Ready = true }));
        Assert.Equal("", Check(unready with { Id = unready.Id with { Deleting = true } }));
        Assert.Equal("", Laws(State with { Snapshots = Seq1(unready) }, settings, SnapshotOf("orders")));
    }

    [Fact]
    public void No_backup_begins_within_the_pause_after_another()
    {
        var next = Given.Backup("next", "a", Given.Night);
        string Check(Duration pause) => Laws(State with { Backups = Seq(Done, next) }, Given.Settings with { SleepBetween = pause }, Status(ObjectKind.PvcBackup, next.Id, "Snapshotting"));
        Assert.Equal("no backup begins within the pause after another", Check(Duration.FromSeconds(1)));
        Assert.Equal("", Check(Duration.Zero));
    }

    [Fact]
    public void Nothing_is_created_twice()
    {
        Assert.Equal("nothing is created twice", Laws(State, SnapshotOf("orders"), SnapshotOf("orders")));
        Assert.Equal("", Laws(State, SnapshotOf("orders"), Make(ObjectKind.Claim, "s", Node.Object())));
    }
}
