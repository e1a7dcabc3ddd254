using Backsnap.Domain.Claims;
using Backsnap.Domain.Movers;
using Backsnap.Domain.Objects;
using Backsnap.Domain.Volumes;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Tests.Worlds;

/// <summary>
/// The controllers on which Backsnap leans: the snapshotter, the provisioner, the Job controller and the kubelet. Each does what
/// the fate of an object says, at fixed ages of that object.
/// </summary>
internal static class Controllers
{
    private static readonly Duration Second = Duration.FromSeconds(1);
    private static readonly Duration SnapshotAnswers = Second * 5;
    private static readonly Duration SnapshotRecovers = Second * 60;
    private static readonly Duration VolumeBinds = Second * 2;
    private static readonly Duration PodRuns = Second * 3;

    /// <summary>Lets every controller do what is due at this moment, and what follows from that.</summary>
    public static World Tick(this World world)
    {
        var after = Once(world);
        return after.Serial == world.Serial ? world : after.Tick();
    }

    private static World Once(World world)
    {
        var state = world.State;
        return state.Jobs.Filter(job => world.Bodies.ContainsKey(job.Id.Uid)).Fold(
            state.Snapshots.Fold(
                state.Claims.Filter(claim => claim.Phase == ClaimPhase.Pending && world.Bodies.ContainsKey(claim.Id.Uid)).Fold(world, Bind),
                Snapshot),
            Run);
    }

    /// <summary>The next moment at which a controller may do something, if there is one.</summary>
    public static Option<Instant> NextTick(this World world) => Sequences.Join(
            world.State.Claims.Map(claim => claim.Id.Created + VolumeBinds),
            world.State.Snapshots.Bind(snapshot => Seq(snapshot.Id.Created + SnapshotAnswers, snapshot.Id.Created + SnapshotRecovers)),
            world.State.Jobs.Bind(job => Seq(job.Id.Created + PodRuns, job.Id.Created + PodRuns + FateOf(world, job.Id).Runs, job.Id.Created + PodRuns + FateOf(world, job.Id).Runs + Second)))
        .Where(at => at > world.Now).OrderBy(at => at).ToSeq().HeadOrNone();

    private static World Bind(World world, Claim claim)
    {
        if (world.Now < claim.Id.Created + VolumeBinds)
        {
            return world;
        }

        var volume = $"pv-{claim.Id.Uid}";
        return world.Note("provisioner", $"claim {claim.Ref} is bound").Changed() with
        {
            State = world.State with
            {
                Claims = Replace(world.State.Claims, claim, claim with { Id = claim.Id with { Version = world.Version }, Phase = ClaimPhase.Bound, VolumeName = Some(volume), Capacity = claim.Request }),
                Volumes = world.State.Volumes.Filter(other => other.Name != volume).Strict().Add(new Volume(volume, Some(Given.Driver))).Strict(),
            },
        };
    }

    private static World Snapshot(World world, Snapshot snapshot) => world.Bodies.ContainsKey(snapshot.Id.Uid)
        ? FateOf(world, snapshot.Id).Snapshot switch
        {
            SnapshotFate.Ready => MakeReady(world, snapshot, SnapshotAnswers),
            SnapshotFate.ReadyAfterError fate => MakeReady(Complain(world, snapshot, fate.Error), snapshot, SnapshotRecovers),
            SnapshotFate.Stuck fate => Complain(world, snapshot, fate.Error),
            SnapshotFate.Ignored => world,
        }
        : world;

    private static World MakeReady(World world, Snapshot snapshot, Duration after) => snapshot.Ready || world.Now < snapshot.Id.Created + after
        ? world
        : world.Note("snapshotter", $"VolumeSnapshot {snapshot.Id.Name} is ready").Changed() with
        {
            State = world.State with
            {
                Snapshots = Replace(world.State.Snapshots, found => found.Id.Uid == snapshot.Id.Uid, found => found with
                {
                    Id = found.Id with { Version = world.Version },
                    Ready = true,
                    Error = None,
                    TakenAt = Some(found.Id.Created + Second),
                    RestoreSize = Some(Quantity.OfBytes(10L << 30)),
                    Content = found.Id.IsElsewhere ? None : Some($"content-{found.Id.Uid}"),
                }),
                // Only where movers have a namespace of their own does anybody look at what is behind a snapshot.
                SnapshotContents = world.Settings.MoverNamespace.IsNone || snapshot.Id.IsElsewhere
                    ? world.State.SnapshotContents
                    : world.State.SnapshotContents.Add(new SnapshotContent(
                        Given.Id("", $"content-{snapshot.Id.Uid}", $"content-{snapshot.Id.Uid}", world.Now), Given.Driver, None, None, Some($"handle-{snapshot.Id.Uid}"), Some(snapshot.Id.Uid))),
            },
        };

    private static World Complain(World world, Snapshot snapshot, string error) => snapshot.Ready || snapshot.Error.IsSome || world.Now < snapshot.Id.Created + SnapshotAnswers
        ? world
        : world.Note("snapshotter", $"VolumeSnapshot {snapshot.Id.Name} has an error: {error}").Changed() with
        {
            State = world.State with
            {
                Snapshots = Replace(world.State.Snapshots, snapshot, snapshot with { Id = snapshot.Id with { Version = world.Version }, Error = Some(error) }),
            },
        };

    private static World Run(World world, MoverJob job)
    {
        var fate = FateOf(world, job.Id);
        var (begins, ends) = (job.Id.Created + PodRuns, job.Id.Created + PodRuns + fate.Runs);
        return (job.State, world.State.Pods.Where(pod => pod.Id.IsChildOf(job.Id.Uid)).Select(pod => pod.State).FirstOrDefault()) switch
        {
            (not JobState.Unfinished, _) => world,
            (JobState.Unfinished, null) => MakePod(world, job, fate),
            (JobState.Unfinished, PodState.Waiting) when fate.Mover is not MoverFate.NeverStarts && world.Now >= begins =>
                SetPod(world.Note("kubelet", $"the pod of Job {job.Id.Name} runs"), job, new PodState.Running()),
            (JobState.Unfinished, PodState.Running) when world.Now >= ends => Movers.End(world, job, fate),
            (JobState.Unfinished, PodState.Ended ended) when world.Now > ends => Finish(world, job, fate, ended),
            (JobState.Unfinished, _) => world,
        };
    }

    private static World MakePod(World world, MoverJob job, Fate fate) => world.Changed() with
    {
        State = world.State with
        {
            Pods = world.State.Pods.Add(new MoverPod(
                new Identity(job.Id.Namespace, job.Id.Name + "-x7k2p", new Uid($"uid-{world.Version}"), world.Version, world.Now, Deleting: false, Some(new Owner("Job", job.Id.Name, job.Id.Uid)), job.Id.Labels),
                new PodState.Waiting(fate.Mover is MoverFate.NeverStarts never ? Some(never.Diagnosis) : None))),
        },
    };

    /// <summary>Writes the state of a Job's pod.</summary>
    public static World SetPod(World world, MoverJob job, PodState state) => world.Changed() with
    {
        State = world.State with { Pods = Replace(world.State.Pods, pod => pod.Id.IsChildOf(job.Id.Uid), pod => pod with { State = state }) },
    };

    private static World Finish(World world, MoverJob job, Fate fate, PodState.Ended ended)
    {
        JobState state = ended.ExitCode == 0
            ? new JobState.Complete(world.Now)
            : new JobState.Failed(world.Now, "BackoffLimitExceeded", "Job has reached the specified backoff limit");
        var finished = world.Note("jobs", $"Job {job.Id.Name} is {(ended.ExitCode == 0 ? "complete" : "failed")}").Changed() with
        {
            State = world.State with { Jobs = Replace(world.State.Jobs, job, job with { Id = job.Id with { Version = world.Version }, State = state }) },
        };
        return fate.Mover is MoverFate.VanishesAfterwards
            ? finished with { State = finished.State with { Pods = finished.State.Pods.Filter(pod => !pod.Id.IsChildOf(job.Id.Uid)).Strict() } }
            : finished;
    }

    private static Fate FateOf(World world, Identity child) =>
        child.Controller.Match(owner => world.Fates(owner, child.Labels.Find(Marks.Operation).IfNone("")), () => Fate.Good);

    private static Seq<T> Replace<T>(Seq<T> all, T old, T changed) where T : class => Replace(all, item => ReferenceEquals(item, old), _ => changed);

    private static Seq<T> Replace<T>(Seq<T> all, Func<T, bool> which, Func<T, T> change) => all.Map(item => which(item) ? change(item) : item).Strict();
}
