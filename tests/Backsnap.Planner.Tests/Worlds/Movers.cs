using Backsnap.Domain.Movers;
using Backsnap.Domain.Objects;
using LanguageExt;
using NodaTime.Text;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Tests.Worlds;

/// <summary>What movers do with the repositories, as far as the planner can tell: snapshots are saved, found and restored.</summary>
internal static class Movers
{
    /// <summary>The mover of a Job ends, in the way that its fate says.</summary>
    public static World End(World world, MoverJob job, Fate fate)
    {
        var arguments = world.Bodies.Find(job.Id.Uid).Map(body => Manifests.Items(body, "spec", "template", "spec", "containers"))
            .Bind(containers => containers.HeadOrNone()).Map(container => Manifests.Texts(container, "args")).IfNone(Seq<string>());
        return fate.Mover switch
        {
            MoverFate.Works or MoverFate.VanishesAfterwards => Work(world, job, arguments, None),
            MoverFate.ReadsSome some => Work(world, job, arguments, Some(some.Warning)),
            MoverFate.Fails failure => Report(world, job, Failure(failure.ExitCode, failure.Reason, failure.Message)),
            MoverFate.OutOfMemory => End(world, job, new PodState.Ended(world.Now, 137, "OOMKilled", None)),
            MoverFate.NeverStarts => throw new InvalidOperationException("a pod that never starts does not end"),
        };
    }

    private static World Work(World world, MoverJob job, Seq<string> arguments, Option<string> warning)
    {
        var repository = Value(arguments, "--repository").IfNone("");
        var snapshots = world.Repositories.Find(repository).IfNone(Seq<SavedSnapshot>());
        return (arguments.Count > 1 ? arguments[1] : "") switch
        {
            "backup" => Save(world, job, repository, snapshots, Tags(arguments), warning),
            "resolve" => Resolve(world, job, arguments, snapshots),
            "restore" => snapshots.Find(saved => Value(arguments, "--snapshot").Contains(saved.Id)).Match(
                saved => Report(world, job, new MoverReport(
                    MoverOutcome.Succeeded, 0, "Succeeded", $"restored 3 files (42 MiB) from snapshot {saved.Id[..8]}", Some(saved), None, Some(new RestoreFigures(3, 42 << 20)), 0, Seq<string>(), Seq<SavedSnapshot>())),
                () => Report(world, job, Failure(13, "SnapshotNotFound", "the snapshot is not in the repository"))),
            "maintain" => Report(world, job, new MoverReport(
                MoverOutcome.Succeeded, 0, "Succeeded", (arguments.Count > 2 ? arguments[2] : "") == "prune" ? "pruned" : "no damage was found", None, None, None, 0, Seq<string>(), Seq<SavedSnapshot>())),
            var operation => throw new InvalidOperationException($"a mover knows no operation '{operation}'"),
        };
    }

    private static World Save(World world, MoverJob job, string repository, Seq<SavedSnapshot> before, Seq<string> tags, Option<string> warning)
    {
        var saved = new SavedSnapshot(ChildName.Hash(job.Id.Uid.Value, 64), Some(world.Now), tags);
        var report = new MoverReport(
            warning.IsSome ? MoverOutcome.Partial : MoverOutcome.Succeeded, warning.IsSome ? 3 : 0, warning.IsSome ? "Incomplete" : "Succeeded",
            $"snapshot {saved.Id[..8]} saved" + warning.Map(_ => ", but some files could not be read").IfNone(""),
            Some(saved), Some(new BackupFigures(3, 0, 0, 3, 42 << 20, 42 << 20)), None, warning.IsSome ? 1 : 0, warning.ToSeq(), Seq<SavedSnapshot>());
        return Report(world with { Repositories = world.Repositories.AddOrUpdate(repository, Sequences.Join(Seq1(saved), before)) }, job, report);
    }

    private static World Resolve(World world, MoverJob job, Seq<string> arguments, Seq<SavedSnapshot> snapshots)
    {
        var asOf = Value(arguments, "--as-of").Map(text => InstantPattern.ExtendedIso.Parse(text).Value);
        var id = Value(arguments, "--snapshot");
        var found = snapshots.Find(saved =>
            id.ForAll(wanted => saved.Id.StartsWith(wanted, StringComparison.Ordinal)) && asOf.ForAll(limit => saved.Time.Exists(time => time <= limit)));
        return Report(world, job, found.Match(
            saved => new MoverReport(MoverOutcome.Succeeded, 0, "Succeeded", $"snapshot {saved.Id[..8]} it is", Some(saved), None, None, 0, Seq<string>(), Seq<SavedSnapshot>()),
            () => snapshots.IsEmpty
                ? Failure(10, "RepositoryMissing", "there is no repository: nothing was ever backed up there")
                : Failure(13, "NoSnapshot", "No snapshot matches.") with { Available = snapshots }));
    }

    private static MoverReport Failure(int exitCode, string reason, string message) =>
        new(MoverOutcome.Failed, exitCode, reason, message, None, None, None, 0, Seq<string>(), Seq<SavedSnapshot>());

    private static World Report(World world, MoverJob job, MoverReport report) =>
        End(world.Note("mover", $"Job {job.Id.Name}: {report.Message} (exit code {report.ExitCode})"), job, new PodState.Ended(world.Now, report.ExitCode, report.ExitCode == 0 ? "Completed" : "Error", Some(report)));

    private static World End(World world, MoverJob job, PodState.Ended end) => Controllers.SetPod(world, job, end);

    private static Option<string> Value(Seq<string> arguments, string name) =>
        arguments.Zip(arguments.Skip(1)).Filter(pair => pair.Item1 == name).Map(pair => pair.Item2).HeadOrNone();

    private static Seq<string> Tags(Seq<string> arguments) =>
        arguments.Zip(arguments.Skip(1)).Filter(pair => pair.Item1 == "--tag").Map(pair => pair.Item2).Strict();
}
