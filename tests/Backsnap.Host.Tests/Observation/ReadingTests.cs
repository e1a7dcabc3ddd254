using Backsnap.Domain.Backups;
using Backsnap.Domain.Claims;
using Backsnap.Domain.Maintenances;
using Backsnap.Domain.Movers;
using Backsnap.Domain.Objects;
using Backsnap.Domain.Restores;
using Backsnap.Host.Observation;
using Backsnap.Kubernetes;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Host.Tests.Observation;

/// <summary>From what the API server sends to what the planner knows: fields that are missing, empty or unknown have a meaning.</summary>
public sealed class ReadingTests
{
    private static readonly Instant Two = Instant.FromUtc(2026, 11, 22, 2, 0);

    [Fact]
    public void A_claim_is_read_with_its_volume_and_wishes()
    {
        var claim = Reading.Claim(Written.As(Resources.PersistentVolumeClaims, """
            {"metadata":{"name":"orders","namespace":"shop","uid":"u","resourceVersion":"5","creationTimestamp":"2026-11-22T02:00:00Z","labels":{"a":"b"},
              "annotations":{"backsnap.skyb.it/schedule":"","backsnap.skyb.it/timezone":"Europe/Paris","backsnap.skyb.it/restoring":"r"}},
             "spec":{"accessModes":["ReadWriteOnce"],"storageClassName":"fast","volumeName":"pv","volumeMode":"Block","resources":{"requests":{"storage":"1Gi"}}},
             "status":{"phase":"Bound","capacity":{"storage":"2Gi"}}}
            """));
        Assert.Equal(("shop/orders", "u", "5", Two), (claim.Ref.ToString(), claim.Id.Uid.Value, claim.Id.Version, claim.Id.Created));
        Assert.Equal((ClaimPhase.Bound, VolumeMode.Block), (claim.Phase, claim.Mode));
        Assert.Equal((Some("fast"), Some("pv")), (claim.Class, claim.VolumeName));
        Assert.Equal((Some(Quantity.OfBytes(1L << 30)), Some(Quantity.OfBytes(2L << 30))), (claim.Request, claim.Capacity));
        Assert.Equal((Some(""), Some("Europe/Paris"), Some(new Uid("r"))), (claim.Schedule, claim.TimeZone, claim.Restoring));
    }

    [Fact]
    public void Of_a_claim_s_labels_those_that_matter_are_kept()
    {
        var claim = Reading.Claim(
            Written.As(Resources.PersistentVolumeClaims, """{"metadata":{"name":"orders","labels":{"team":"sales","example.com/tier":"gold","other":"x"}}}"""),
            labels: Seq("example.com/tier", "team", "absent"));

        Assert.Equal(HashMap(("team", "sales"), ("example.com/tier", "gold")), claim.Labels);
    }

    [Theory]
    [InlineData("{}", false)]
    [InlineData("""{"backsnap.skyb.it/stop":""}""", true)]
    [InlineData("""{"backsnap.skyb.it/stop":"true"}""", true)]
    [InlineData("""{"backsnap.skyb.it/stop":"false"}""", false)]
    public void A_backup_is_to_stop_where_the_annotation_is_there_and_does_not_say_no(string annotations, bool stop) =>
        Assert.Equal(stop, ReadingOwn.Backup(Written.As(Resources.PvcBackups, $$$"""{"metadata":{"name":"a","namespace":"shop","annotations":{{{annotations}}} },"spec":{"pvc":"orders"}}""")).StopAsked);

    [Fact]
    public void A_claim_that_says_nothing_is_a_pending_file_system()
    {
        var claim = Reading.Claim(Written.As(Resources.PersistentVolumeClaims, """{"metadata":{"name":"a"},"spec":{"storageClassName":""},"status":{"capacity":{"storage":"a lot"}}}"""));
        Assert.Equal((ClaimPhase.Pending, VolumeMode.Filesystem), (claim.Phase, claim.Mode));
        Assert.True(claim.Class.IsNone && claim.VolumeName.IsNone && claim.Capacity.IsNone && claim.Schedule.IsNone && claim.AccessModes.IsEmpty);
        Assert.Equal(NodaConstants.UnixEpoch, claim.Id.Created);
    }

    [Theory]
    [InlineData("""[{"uid":"x","kind":"A","name":"a"}]""", "nobody")]
    [InlineData("""[{"uid":"x","kind":"A","name":"a","controller":false},{"uid":"y","kind":"B","name":"b","controller":true}]""", "y")]
    [InlineData("[]", "nobody")]
    public void Only_the_controller_among_the_owners_owns(string owners, string uid) =>
        Assert.Equal(uid, Reading.Identity(Written.As(Resources.Secrets, $$$"""{"metadata":{"name":"a","ownerReferences":{{{owners}}}}}""").Metadata).Controller.Match(owner => owner.Uid.Value, () => "nobody"));

    [Theory]
    [InlineData("""[]""", "Unfinished")]
    [InlineData("""[{"type":"SuccessCriteriaMet","status":"True"}]""", "Unfinished")]
    [InlineData("""[{"type":"FailureTarget","status":"True"}]""", "Unfinished")]
    [InlineData("""[{"type":"Complete","status":"False"}]""", "Unfinished")]
    [InlineData("""[{"type":"SuccessCriteriaMet","status":"True"},{"type":"Complete","status":"True"}]""", "Complete")]
    [InlineData("""[{"type":"FailureTarget","status":"True"},{"type":"Failed","status":"True","reason":"DeadlineExceeded","message":"too long"}]""", "Failed")]
    public void A_job_is_final_by_its_conditions_alone(string conditions, string state)
    {
        var job = Reading.Job(Written.As(Resources.Jobs, $$$"""{"metadata":{"name":"a"},"status":{"failed":3,"succeeded":1,"conditions":{{{conditions}}}}}"""));
        Assert.Equal(state, job.State.GetType().Name);
        Assert.True(job.State is not JobState.Failed failed || (failed.Reason, failed.Message) == ("DeadlineExceeded", "too long"));
    }

    [Theory]
    [InlineData("""{"phase":"Pending","conditions":[{"type":"PodScheduled","status":"False","reason":"Unschedulable","message":"0/3 nodes are available"}]}""", "Waiting: Unschedulable: 0/3 nodes are available")]
    [InlineData("""{"phase":"Pending","containerStatuses":[{"name":"mover","state":{"waiting":{"reason":"ImagePullBackOff","message":"no such image"}}}]}""", "Waiting: container ImagePullBackOff: no such image")]
    [InlineData("""{"phase":"Pending"}""", "Waiting: ")]
    [InlineData("""{"phase":"Running","containerStatuses":[{"name":"mover","state":{"running":{}}}]}""", "Running")]
    [InlineData("""{"phase":"Running","containerStatuses":[{"name":"sidecar","state":{"running":{}}}]}""", "Waiting: ")]
    [InlineData("""{"phase":"Failed","containerStatuses":[{"name":"mover","state":{"terminated":{"exitCode":137,"reason":"OOMKilled","message":"killed"}}}]}""", "Ended 137 OOMKilled")]
    [InlineData("""{"phase":"Failed","reason":"Evicted"}""", "Ended -1 Evicted")]
    public void A_pod_stands_where_its_movers_container_stands(string status, string expected) => Assert.Equal(
        expected,
        Reading.Pod(Written.As(Resources.Pods, $$$"""{"metadata":{"name":"a"},"status":{{{status}}}}""")).State switch
        {
            PodState.Waiting waiting => $"Waiting: {waiting.Diagnosis.IfNone("")}",
            PodState.Running => "Running",
            PodState.Ended ended => $"Ended {ended.ExitCode} {ended.Reason}",
        });

    [Theory]
    [InlineData("""{"containerStatuses":[{"name":"mover","state":{"waiting":{"reason":"ContainerCreating"}}}]}""", true)]
    [InlineData("""{"conditions":[{"type":"Ready","status":"False","reason":"ContainersNotReady","message":"containers with unready status: [mover]"}]}""", true)]
    [InlineData("""{"containerStatuses":[{"name":"mover","state":{"waiting":{"reason":"CreateContainerConfigError","message":"no such key"}}}]}""", false)]
    [InlineData("""{"conditions":[{"type":"PodScheduled","status":"False","reason":"Unschedulable","message":"no node"}]}""", false)]
    public void What_every_pod_says_on_its_way_says_little(string status, bool little) =>
        Assert.Equal(little, Assert.IsType<PodState.Waiting>(Reading.Pod(Written.As(Resources.Pods, $$$"""{"metadata":{"name":"a"},"status":{{{status}}}}""")).State).SaysLittle);

    [Theory]
    [InlineData("""[{"matchExpressions":[{"key":"kubernetes.io/hostname","operator":"In","values":["one"]}]}]""", "one")]
    [InlineData("""[{"matchExpressions":[{"key":"zone","operator":"In","values":["a"]},{"key":"topology.hostpath.csi/node","operator":"In","values":["one"]}]}]""", "one")]
    [InlineData("""[{"matchExpressions":[{"key":"kubernetes.io/hostname","operator":"In","values":["one","two"]}]}]""", "")]
    [InlineData("""[{"matchExpressions":[{"key":"kubernetes.io/hostname","operator":"NotIn","values":["one"]}]}]""", "")]
    [InlineData("""[{"matchExpressions":[{"key":"topology.kubernetes.io/zone","operator":"In","values":["one"]}]}]""", "")]
    [InlineData("""[{"matchExpressions":[{"key":"a/node","operator":"In","values":["one"]}]},{"matchExpressions":[{"key":"a/node","operator":"In","values":["two"]}]}]""", "")]
    [InlineData("""[{"matchExpressions":[{"key":"a/node","operator":"In","values":["one"]}]},{}]""", "")]
    [InlineData("[]", "")]
    public void A_volume_is_of_one_node_only_where_no_other_would_do(string terms, string node) => Assert.Equal(
        node,
        Reading.Volume(Written.As(Resources.PersistentVolumes, """{"metadata":{"name":"v"},"spec":{"nodeAffinity":{"required":{"nodeSelectorTerms":TERMS}}}}""".Replace("TERMS", terms, StringComparison.Ordinal))).Node.IfNone(""));

    [Theory]
    [InlineData("""{"backsnap.skyb.it/read-only-many":"true"}""", true)]
    [InlineData("""{"backsnap.skyb.it/read-only-many":"false"}""", false)]
    [InlineData("{}", false)]
    public void A_storage_class_says_whether_its_driver_shares_snapshots(string annotations, bool shares) => Assert.Equal(
        shares, Reading.StorageClass(Written.As(Resources.StorageClasses, """{"metadata":{"name":"a","annotations":MARKS}}""".Replace("MARKS", annotations, StringComparison.Ordinal))).SharesSnapshots);

    [Theory]
    [InlineData("backsnap.skyb.it/v1alpha1", "PVCBackup", true)]
    [InlineData("backsnap.skyb.it/v2", "PVCRestore", true)]
    [InlineData("example.com/v1", "PVCBackup", false)]
    [InlineData("v1", "PVCBackup", false)]
    [InlineData("backsnap.skyb.it/v1alpha1", "Job", false)]
    public void An_owner_is_ours_by_its_group_and_kind(string version, string kind, bool ours) => Assert.Equal(
        ours,
        Reading.Identity(Written.As(Resources.Secrets, """{"metadata":{"name":"a","ownerReferences":[{"apiVersion":"VERSION","kind":"KIND","name":"o","uid":"u","controller":true}]}}"""
            .Replace("VERSION", version, StringComparison.Ordinal).Replace("KIND", kind, StringComparison.Ordinal)).Metadata).Controller.Exists(owner => owner.IsOurs));

    [Fact]
    public void A_pod_is_on_the_node_that_it_was_given_to()
    {
        Assert.Equal(Some("one"), Reading.Pod(Written.As(Resources.Pods, """{"metadata":{"name":"a"},"spec":{"nodeName":"one"}}""")).Node);
        Assert.True(Reading.Pod(Written.As(Resources.Pods, """{"metadata":{"name":"a"}}""")).Node.IsNone);
    }

    [Theory]
    [InlineData("""{}""", "New")]
    [InlineData("""{"phase":"Pending"}""", "Pending")]
    [InlineData("""{"phase":"Snapshotting","startedAt":"2026-11-22T02:00:00Z"}""", "Snapshotting")]
    [InlineData("""{"phase":"Provisioning"}""", "Provisioning")]
    [InlineData("""{"phase":"Running"}""", "Running")]
    [InlineData("""{"phase":"Succeeded","result":"SucceededWithWarnings","finishedAt":"2026-11-22T02:00:00Z"}""", "Finished SucceededWithWarnings")]
    [InlineData("""{"phase":"Failed"}""", "Finished Failed")]
    [InlineData("""{"phase":"Unheard"}""", "New")]
    [InlineData("""{"result":"Succeeded","startedAt":"2026-11-22T01:00:00Z","finishedAt":"2026-11-22T02:00:00Z","duration":"1h0m0s"}""", "Finished Succeeded")]
    [InlineData("""{"result":"Failed","finishedAt":"2026-11-22T02:00:00Z"}""", "Finished Failed")]
    [InlineData("""{"startedAt":"2026-11-22T01:00:00Z"}""", "New")]
    public void A_backups_phase_is_read_also_where_the_original_operator_wrote_it(string status, string phase)
    {
        var read = ReadingOwn.Backup(Written.As(Resources.PvcBackups, $$$"""{"metadata":{"name":"a","namespace":"b"},"spec":{"pvc":"c"},"status":{{{status}}}}""")).Phase;
        Assert.Equal(phase, read is BackupPhase.Finished finished ? $"Finished {finished.Result}" : read.GetType().Name);
    }

    [Fact]
    public void Maintenance_is_read_whole_and_a_wish_that_makes_no_sense_keeps_its_words()
    {
        var check = ReadingOwn.Maintenance(Written.As(Resources.PvcMaintenances, """
            {"metadata":{"name":"m","namespace":"shop","generation":2,"annotations":{"backsnap.skyb.it/slot":"2026-11-22T04:00:00Z"}},
             "spec":{"pvc":"orders","operation":"Check","readData":"3/10","ttl":"2h"},
             "status":{"phase":"Failed","result":"Failed","startedAt":"2026-11-22T04:00:01Z","finishedAt":"2026-11-22T04:01:00Z","reason":"Damaged","message":"pack 0123"}}
            """));
        Assert.Equal((Some(MaintenanceKind.Check), "3/10", "Damaged", "pack 0123", 2L), (check.Kind.ToOption(), check.ReadData.Bind(part => part.ToOption()).Map(part => part.ToString()).IfNone(""), check.Reason, check.Message, check.Generation));
        Assert.Equal(new MaintenancePhase.Finished(Result.Failed, Instant.FromUtc(2026, 11, 22, 4, 0, 1), Instant.FromUtc(2026, 11, 22, 4, 1)), check.Phase);
        Assert.Equal(Some(Instant.FromUtc(2026, 11, 22, 4, 0)), check.Slot);
        Assert.Equal(
            "'Polish' is no maintenance: write Prune or Check",
            ReadingOwn.Maintenance(Written.As(Resources.PvcMaintenances, """{"metadata":{"name":"m"},"spec":{"operation":"Polish"}}""")).Kind.Match(Left: why => why, Right: kind => kind.ToString()));
    }

    [Fact]
    public void A_restore_is_read_with_what_was_asked_for()
    {
        var restore = ReadingOwn.Restore(Written.As(Resources.PvcRestores, """
            {"metadata":{"name":"r","namespace":"shop","generation":3},
             "spec":{"sourcePvc":"orders","sourceNamespace":"old","sourceSnapshot":"latest","asOf":"2026-11-22T04:00:00+02:00","targetPvcSize":"0","tolerations":[{"key":"a","operator":"Exists"}]},
             "status":{"phase":"Resolving"}}
            """));
        Assert.Equal(("old/orders", "shop/orders"), (restore.Source.ToString(), restore.TargetRef.ToString()));
        Assert.True(restore.SnapshotId.IsNone && restore.Target.Size.IsNone && restore.Placement.Tolerations.IsSome);
        Assert.Equal(Some(Right<string, Instant>(Two)), restore.AsOf);
        Assert.IsType<RestorePhase.Resolving>(restore.Phase);
    }

    [Fact]
    public void An_instant_that_is_none_is_kept_with_what_is_wrong_with_it() => Assert.Equal(
        Some("'yesterday' is not an instant: write RFC 3339, as in 2026-11-22T02:30:00Z"),
        ReadingOwn.Restore(Written.As(Resources.PvcRestores, """{"metadata":{"name":"r"},"spec":{"asOf":"yesterday"}}""")).AsOf.Bind(asOf => asOf.Match(Left: why => Some(why), Right: _ => None)));

    [Fact]
    public void Whatever_people_write_into_their_objects_is_read_without_a_failure() => Laws.Hold(Laws.AnyText, text =>
    {
        var meta = new ObjectMeta
        {
            Name = text,
            Namespace = text,
            Uid = text,
            ResourceVersion = text,
            Annotations = new[] { Marks.Schedule, Marks.TimeZone, Marks.Restoring, Marks.Slot, Marks.AllowRestoreTo }.ToDictionary(name => name, _ => text),
        };
        var sizes = new Dictionary<string, string> { ["storage"] = text };
        Reading.Namespace(new Namespace { Metadata = meta });
        Reading.Claim(new PersistentVolumeClaim
        {
            Metadata = meta,
            Spec = new PersistentVolumeClaimSpec { StorageClassName = text, VolumeMode = text, VolumeName = text, AccessModes = [text], Resources = new ResourceRequirements { Requests = sizes } },
            Status = new PersistentVolumeClaimStatus { Phase = text, Capacity = sizes },
        });
        Reading.Snapshot(new VolumeSnapshot { Metadata = meta, Status = new VolumeSnapshotStatus { RestoreSize = text } });
        var backup = ReadingOwn.Backup(new PvcBackup { Metadata = meta, Spec = new PvcBackupSpec { Pvc = text, Ttl = text }, Status = new PvcBackupStatus { Phase = text, Result = text, Snapshot = text } });
        ReadingOwn.Restore(new PvcRestore { Metadata = meta, Spec = new PvcRestoreSpec { SourcePvc = text, SourceNamespace = text, SourceSnapshot = text, AsOf = text, TargetPvcSize = text } });
        return backup.Claim.Name == text;
    });
}
