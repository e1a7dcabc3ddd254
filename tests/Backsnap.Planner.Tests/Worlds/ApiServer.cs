using Backsnap.Domain.Backups;
using Backsnap.Domain.Claims;
using Backsnap.Domain.Cluster;
using Backsnap.Domain.Maintenances;
using Backsnap.Domain.Movers;
using Backsnap.Domain.Objects;
using Backsnap.Domain.Restores;
using Backsnap.Domain.Volumes;
using LanguageExt;
using NodaTime;
using NodaTime.Text;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Tests.Worlds;

/// <summary>
/// Carries actions out as an API server would: creations are refused where the name is taken, writes where uid or version are
/// not those that were seen, and what is deleted takes its dependants with it.
/// </summary>
internal static class ApiServer
{
    /// <summary>
    /// Carries out the first <paramref name="most"/> actions of a plan. Those for one PVCBackup or PVCRestore are carried out in order
    /// up to the first that is refused; that a creation finds its name taken stops nothing, for its next look will tell.
    /// </summary>
    public static World Apply(this World world, Plan plan, int most = int.MaxValue)
    {
        var stopped = new System.Collections.Generic.HashSet<string>(StringComparer.Ordinal);
        foreach (var action in plan.Actions.Take(most).Where(action => !stopped.Contains(Errand(action))))
        {
            var before = world;
            world = world.Apply(action);
            if (ReferenceEquals(before, world) && action is not (PlannedAction.Create or PlannedAction.CreateCredentials or PlannedAction.DeleteCredentials))
            {
                stopped.Add(Errand(action));
            }
        }

        return world;
    }

    private static World Apply(this World world, PlannedAction action) => action switch
    {
        PlannedAction.Create create => world.Create(create.Object, create.Why).Collect(),
        PlannedAction.CreateCredentials create => world.Create(create.Object, create.Why).Collect(),
        PlannedAction.DeleteCredentials delete => world.State.Secrets.Find(secret => secret.Namespace == delete.Namespace && secret.Name == delete.Name).Match(
            secret => world.Note("operator", $"delete {ObjectKind.Secret} {Name(secret)} ({delete.Why})").Remove(secret.Uid),
            () => world),
        PlannedAction.SetStatus set => world.SetStatus(set),
        PlannedAction.RemoveAnnotation remove => world.RemoveAnnotation(remove),
        PlannedAction.ChangeVolume change => throw new ArgumentException($"in these worlds no volume is handed over: {change}", nameof(action)),
        PlannedAction.Delete delete => world.Exists(delete.Of, delete.Unchanged) ? world.Note("operator", $"delete {delete.Kind} {Name(delete.Of)} ({delete.Why})").Remove(delete.Of.Uid) : world,
    };

    /// <summary>Deletes an object and, through ownerReferences, what depends on it.</summary>
    public static World Remove(this World world, Uid uid)
    {
        var state = world.State;
        var left = world.Changed() with
        {
            State = state with
            {
                Claims = state.Claims.Filter(claim => claim.Id.Uid != uid).Strict(),
                Backups = state.Backups.Filter(backup => backup.Id.Uid != uid).Strict(),
                Restores = state.Restores.Filter(restore => restore.Id.Uid != uid).Strict(),
                Snapshots = state.Snapshots.Filter(snapshot => snapshot.Id.Uid != uid).Strict(),
                Jobs = state.Jobs.Filter(job => job.Id.Uid != uid).Strict(),
                Pods = state.Pods.Filter(pod => pod.Id.Uid != uid).Strict(),
                Secrets = state.Secrets.Filter(secret => secret.Uid != uid).Strict(),
                SnapshotContents = state.SnapshotContents.Filter(content => content.Id.Uid != uid).Strict(),
                Maintenances = state.Maintenances.Map(all => all.Filter(maintenance => maintenance.Id.Uid != uid).Strict()),
            },
        };
        return Identities(left.State).Where(id => id.IsChildOf(uid) && !id.IsElsewhere).Aggregate(left, (current, child) => current.Remove(child.Uid));
    }

    // An operator with an old view may make a child of an owner that is gone; the garbage collector takes it (contract: owners.json).
    private static World Collect(this World world)
    {
        var present = Identities(world.State).Select(id => id.Uid).ToHashSet();
        return Identities(world.State)
            .Where(id => !id.IsElsewhere && id.Controller.Exists(owner => !present.Contains(owner.Uid)))
            .Aggregate(world, (current, orphan) => current.Note("collector", $"takes {Name(orphan)}, whose owner is gone").Remove(orphan.Uid));
    }

    /// <summary>Every object of the cluster that has an owner or can be one.</summary>
    public static IEnumerable<Identity> Identities(ClusterState state) => Sequences.Join(
        state.Claims.Map(claim => claim.Id), state.Backups.Map(backup => backup.Id), state.Restores.Map(restore => restore.Id),
        state.Snapshots.Map(snapshot => snapshot.Id), state.Jobs.Map(job => job.Id), state.Pods.Map(pod => pod.Id), state.Secrets,
        state.SnapshotContents.Map(content => content.Id),
        state.Maintenances.IfNone(Seq<Maintenance>()).Map(maintenance => maintenance.Id)).AsEnumerable();

    private static bool Exists(this World world, Identity seen, bool unchanged) =>
        Identities(world.State).Any(id => id.Uid == seen.Uid && (!unchanged || id.Version == seen.Version));

    private static World Create(this World world, Manifest manifest, string why)
    {
        var state = world.State;
        bool Taken(Identity id) => id.Namespace == manifest.Namespace && id.Name == manifest.Name;
        var id = new Identity(
            manifest.Namespace, manifest.Name, new Uid($"uid-{world.Version}"), world.Version, world.Now, Deleting: false, OwnerOf(manifest.Body),
            Manifests.Map(manifest.Body, "metadata", "labels"));
        ClusterState? made = manifest.Kind switch
        {
            var kind when kind == ObjectKind.PvcBackup => state.Backups.Exists(item => Taken(item.Id)) ? null : state with { Backups = state.Backups.Add(ReadBackup(id, manifest.Body)) },
            var kind when kind == ObjectKind.PvcMaintenance => state.Maintenances.Exists(all => all.Exists(item => Taken(item.Id)))
                ? null
                : state with { Maintenances = state.Maintenances.Map(all => all.Add(ReadMaintenance(id, manifest.Body))) },
            var kind when kind == ObjectKind.VolumeSnapshot => state.Snapshots.Exists(item => Taken(item.Id)) ? null : state with { Snapshots = state.Snapshots.Add(new Snapshot(id, Ready: false, None, None, None)) },
            var kind when kind == ObjectKind.SnapshotContent => state.SnapshotContents.Exists(item => Taken(item.Id))
                ? null
                : state with { SnapshotContents = state.SnapshotContents.Add(new SnapshotContent(id, Given.Driver, None, None, Manifests.Text(manifest.Body, "spec", "source", "snapshotHandle"), None)) },
            var kind when kind == ObjectKind.Claim => state.Claims.Exists(item => Taken(item.Id)) ? null : state with { Claims = state.Claims.Add(ReadClaim(id, manifest.Body)) },
            var kind when kind == ObjectKind.Job => state.Jobs.Exists(item => Taken(item.Id)) ? null : state with { Jobs = state.Jobs.Add(new MoverJob(id, new JobState.Unfinished()) { Secrets = SecretsOf(manifest.Body) }) },
            var kind when kind == ObjectKind.Secret => state.Secrets.Exists(Taken) ? null : state with { Secrets = state.Secrets.Add(id) },
            _ => throw new ArgumentException($"nobody creates a {manifest.Kind}", nameof(manifest)),
        };
        return made is null
            ? world
            : world.Note("operator", $"create {manifest.Kind} {Name(id)} ({why})").Changed() with { State = made, Bodies = world.Bodies.Add(id.Uid, manifest.Body) };
    }

    private static Seq<string> SecretsOf(Node job) => Manifests.Items(job, "spec", "template", "spec", "containers").Bind(container => Manifests.Items(container, "env"))
        .Bind(variable => Manifests.Text(variable, "valueFrom", "secretKeyRef", "name").ToSeq()).Distinct().ToSeq().Strict();

    private static World SetStatus(this World world, PlannedAction.SetStatus set)
    {
        if (!world.Exists(set.Of, unchanged: true))
        {
            return world;
        }

        var (state, after) = (world.State, set.Of with { Version = world.Version });
        var noted = world.Note("operator", $"status {set.Kind} {Name(set.Of)} {Statuses.Headline(set.Status)}" + set.Announce.Map(news => $" [{(news.IsWarning ? "Warning" : "Normal")} {news.Reason}]").IfNone(""));
        return noted.Changed() with
        {
            State = state with
            {
                Backups = state.Backups.Map(backup => backup.Id.Uid == set.Of.Uid ? Statuses.Of(backup with { Id = after }, set.Status) : backup).Strict(),
                Restores = state.Restores.Map(restore => restore.Id.Uid == set.Of.Uid ? Statuses.Of(restore with { Id = after }, set.Status) : restore).Strict(),
                Maintenances = state.Maintenances.Map(all => all.Map(item => item.Id.Uid == set.Of.Uid ? Statuses.Of(item with { Id = after }, set.Status) : item).Strict()),
            },
        };
    }

    private static World RemoveAnnotation(this World world, PlannedAction.RemoveAnnotation remove) => !world.Exists(remove.Of, unchanged: true)
        ? world
        : world.Note("operator", $"annotate {remove.Kind} {Name(remove.Of)} without {remove.Annotation} ({remove.Why})").Changed() with
        {
            State = world.State with
            {
                Claims = world.State.Claims.Map(claim => claim.Id.Uid == remove.Of.Uid ? claim with { Id = claim.Id with { Version = world.Version }, Restoring = None } : claim).Strict(),
            },
        };

    private static Backup ReadBackup(Identity id, Node body) => new(
        id, 1, new ClaimRef(id.Namespace, Manifests.Text(body, "spec", "pvc").IfNone("")), None, Placement.Anywhere,
        Manifests.Text(body, "metadata", "annotations", Marks.Slot).Bind(SlotName.Read), new BackupPhase.New(), "", Seq<Condition>())
    {
        MadeUnder = Manifests.Text(body, "metadata", "annotations", Marks.ScheduleInForce),
        Attempt = Manifests.Text(body, "metadata", "annotations", Marks.Attempt).Bind(text => parseInt(text)).IfNone(1),
    };

    private static Maintenance ReadMaintenance(Identity id, Node body) => new(
        id, 1, new ClaimRef(id.Namespace, Manifests.Text(body, "spec", "pvc").IfNone("")), Enum.Parse<MaintenanceKind>(Manifests.Text(body, "spec", "operation").IfNone("")),
        Manifests.Text(body, "spec", "readData").Map(ReadPart.Parse), None, Placement.Anywhere,
        Manifests.Text(body, "metadata", "annotations", Marks.Slot).Bind(SlotName.Read), new MaintenancePhase.New(), "", "", Seq<Condition>());

    private static Claim ReadClaim(Identity id, Node body) => new(
        id, ClaimPhase.Pending, Manifests.Text(body, "spec", "volumeMode").Contains("Block") ? VolumeMode.Block : VolumeMode.Filesystem,
        Manifests.Text(body, "spec", "storageClassName"), None, Manifests.Texts(body, "spec", "accessModes"),
        Manifests.Text(body, "spec", "resources", "requests", "storage").Bind(text => Quantity.Parse(text).ToOption()), None, None, None,
        Manifests.Text(body, "metadata", "annotations", Marks.Restoring).Map(uid => new Uid(uid)));

    private static Option<Owner> OwnerOf(Node body) =>
        Manifests.Items(body, "metadata", "ownerReferences").HeadOrNone().Map(owner => new Owner(
            Manifests.Text(owner, "kind").IfNone(""), Manifests.Text(owner, "name").IfNone(""), new Uid(Manifests.Text(owner, "uid").IfNone("")))
        {
            Group = Manifests.Text(owner, "apiVersion").Map(version => version.Split('/')[0]).IfNone(""),
        })
        | Manifests.Text(body, "metadata", "annotations", Marks.Owner).Bind(StatedOwner.Read);

    private static string Errand(PlannedAction action) => action switch
    {
        PlannedAction.Create create => Beneficiary(create.Object),
        PlannedAction.CreateCredentials create => Beneficiary(create.Object),
        PlannedAction.DeleteCredentials delete => delete.For.Id.Uid.Value,
        PlannedAction.SetStatus set => set.Of.Uid.Value,
        PlannedAction.RemoveAnnotation remove => remove.Of.Uid.Value,
        PlannedAction.ChangeVolume change => change.Of.Controller.Map(owner => owner.Uid).IfNone(change.Of.Uid).Value,
        PlannedAction.Delete delete => delete.Of.Controller.Map(owner => owner.Uid).IfNone(delete.Of.Uid).Value,
    };

    private static string Beneficiary(Manifest manifest) => manifest.For.Map(made => made.Id.Uid.Value).IfNone($"{manifest.Namespace}/{manifest.Name}");

    private static string Name(Identity id) => $"{id.Namespace}/{id.Name}";
}

/// <summary>Reads statuses back into what they say, as the operator does after a restart: nothing else is remembered.</summary>
internal static class Statuses
{
    public static Backup Of(Backup backup, Node status) => backup with
    {
        Phase = Manifests.Text(status, "phase").IfNone("") switch
        {
            "Succeeded" or "Failed" => new BackupPhase.Finished(ResultOf(status), Time(status, "startedAt"), Time(status, "finishedAt").IfNone(Instant.MinValue)),
            "Pending" => new BackupPhase.Pending(),
            "Snapshotting" => new BackupPhase.Snapshotting(Started(status)),
            "Provisioning" => new BackupPhase.Provisioning(Started(status)),
            "Running" => new BackupPhase.Running(Started(status)),
            var word => throw new ArgumentException($"a backup has no phase '{word}'", nameof(status)),
        },
        Message = Manifests.Text(status, "message").IfNone(""),
        Reason = Manifests.Text(status, "reason").IfNone(""),
        Conditions = ConditionsOf(status),
    };

    public static Restore Of(Restore restore, Node status) => restore with
    {
        Phase = Manifests.Text(status, "phase").IfNone("") switch
        {
            "Succeeded" or "Failed" => new RestorePhase.Finished(ResultOf(status), Time(status, "startedAt"), Time(status, "finishedAt").IfNone(Instant.MinValue)),
            "Pending" => new RestorePhase.Pending(),
            "Resolving" => new RestorePhase.Resolving(Started(status)),
            "Provisioning" => new RestorePhase.Provisioning(Started(status)),
            "Running" => new RestorePhase.Running(Started(status)),
            var word => throw new ArgumentException($"a restore has no phase '{word}'", nameof(status)),
        },
        Message = Manifests.Text(status, "message").IfNone(""),
        Pinned = Manifests.Text(status, "snapshot").Map(id => new SavedSnapshot(id, Time(status, "snapshotTime"), Manifests.Texts(status, "snapshotTags"))),
        Conditions = ConditionsOf(status),
    };

    public static Maintenance Of(Maintenance maintenance, Node status) => maintenance with
    {
        Phase = Manifests.Text(status, "phase").IfNone("") switch
        {
            "Succeeded" or "Failed" => new MaintenancePhase.Finished(ResultOf(status), Time(status, "startedAt"), Time(status, "finishedAt").IfNone(Instant.MinValue)),
            "Pending" => new MaintenancePhase.Pending(),
            "Running" => new MaintenancePhase.Running(Started(status)),
            var word => throw new ArgumentException($"maintenance has no phase '{word}'", nameof(status)),
        },
        Reason = Manifests.Text(status, "reason").IfNone(""),
        Message = Manifests.Text(status, "message").IfNone(""),
        Conditions = ConditionsOf(status),
    };

    /// <summary>The part of a status that a person reads first.</summary>
    public static string Headline(Node status)
    {
        var result = Manifests.Text(status, "result").Filter(word => word != Manifests.Text(status, "phase").IfNone("")).Map(word => $" ({word})").IfNone("");
        var duration = Manifests.Text(status, "duration").Map(text => $" after {text}").IfNone("");
        return $"{Manifests.Text(status, "phase").IfNone("")}{result}{duration}: {Manifests.Text(status, "message").IfNone("")}";
    }

    private static Result ResultOf(Node status) => Enum.Parse<Result>(Manifests.Text(status, "result").IfNone(""));

    private static Instant Started(Node status) => Time(status, "startedAt").Match(at => at, () => throw new ArgumentException("a phase without its beginning", nameof(status)));

    private static Option<Instant> Time(Node status, string field) => Manifests.Text(status, field).Map(text => InstantPattern.General.Parse(text).Value);

    private static Seq<Condition> ConditionsOf(Node status) => Manifests.Items(status, "conditions").Map(item => new Condition(
        Manifests.Text(item, "type").IfNone(""), Manifests.Text(item, "status").Contains("True"), Time(item, "lastTransitionTime").IfNone(Instant.MinValue),
        Manifests.Text(item, "reason").IfNone(""), Manifests.Text(item, "message").IfNone(""))).Strict();
}
