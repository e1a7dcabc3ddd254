using System.Text.Json.Nodes;
using Backsnap.Domain.Objects;
using Backsnap.Kubernetes;
using Backsnap.Simulation.Tests.Cluster;
using NodaTime;
using NodaTime.Text;

namespace Backsnap.Simulation.Tests.Controllers;

/// <summary>How a container ended: what the kubelet sees of it.</summary>
internal sealed record MoverEnd(int ExitCode, string Reason, string? Message);

/// <summary>
/// The mover and its repository: saves what a claim holds, finds snapshots, writes one into a claim, and reports in the form of the real
/// mover's termination message. It holds the laws that only it can see: what it is given to read and to overwrite.
/// </summary>
internal sealed class Movers(ClusterModel cluster)
{
    private const string Password = "RESTIC_PASSWORD";
    private long saved;

    /// <summary>Hears of what a mover should never have been asked to do.</summary>
    public event Action<string>? Wronged;

    /// <summary>Hears of everything that was saved or restored: the Job's owner, the operation, and the snapshot.</summary>
    public event Action<string, string, Saved>? Reported;

    /// <summary>Runs to the end that the fate has for it.</summary>
    public MoverEnd Run(Stored pod, MoverFate fate) => !pod.Json.List("spec", "containers").Any() ? new MoverEnd(0, "Completed", null) : fate switch
    {
        MoverFate.Works => Work(pod, partial: false),
        MoverFate.ReadsSome => Work(pod, partial: true),
        MoverFate.Fails failure => Fail(pod, failure),
        MoverFate.OutOfMemory => Killed(pod),
        MoverFate.DiesAfterwards => Work(pod, partial: false) with { ExitCode = 137, Reason = "Error", Message = null },
        MoverFate.Evicted => new MoverEnd(143, "Error", null),
        MoverFate.NeverStarts or MoverFate.Hangs => throw new InvalidOperationException("such a mover does not end"),
    };

    /// <summary>The end of a mover that was told to stop.</summary>
    public static MoverEnd Interrupted(Stored pod) => Failure(Operation(pod), 130, "Interrupted", "The mover was told to stop before it was done");

    private MoverEnd Work(Stored pod, bool partial)
    {
        if (SecretOf(pod)?.Json.Text("data", Password) is not { } password || Convert.FromBase64String(password).AsSpan().SequenceEqual("swordfish"u8) is false)
        {
            return Failure(Operation(pod), 12, "WrongPassword", "The repository's password is wrong");
        }

        return Operation(pod) switch
        {
            "backup" => Save(pod, partial),
            "resolve" => Resolve(pod),
            "restore" => Restore(pod),
            "maintain" => new MoverEnd(0, "Completed", Report("maintain", "Succeeded", 0, "Maintained", "the repository was looked after", null).ToJsonString()),
            var other => throw new InvalidOperationException($"the mover has no operation {other}"),
        };
    }

    private MoverEnd Save(Stored pod, bool partial)
    {
        var claim = Mounted(pod);
        if (claim.Annotation(Marks.Restoring) is not null)
        {
            Wronged?.Invoke($"{pod.Title} backs up claim {claim.Name}, which is being restored");
        }

        var arguments = Arguments(pod);
        var time = Value(arguments, "--time") is { } text ? InstantPattern.General.Parse(text).Value : cluster.Clock.Now;
        var made = new Saved($"{++saved:x64}", time, Values(arguments, "--tag"), cluster.Volumes.Of(claim.Uid) ?? Volumes.Empty);
        cluster.Volumes.Save(Value(arguments, "--repository") ?? "", made);
        Reported?.Invoke(Owner(pod), "backup", made);
        var report = Report("backup", partial ? "Partial" : "Succeeded", partial ? 3 : 0, partial ? "FilesUnreadable" : "BackupSaved", $"snapshot {made.Id[56..]} saved", made);
        report["backup"] = new JsonObject { ["filesNew"] = 3, ["filesProcessed"] = 3, ["bytesAdded"] = 42, ["bytesProcessed"] = 42 };
        if (partial)
        {
            report["warnings"] = new JsonObject { ["count"] = 1, ["first"] = new JsonArray("/data/secret: permission denied") };
        }

        return new MoverEnd(partial ? 3 : 0, partial ? "Error" : "Completed", report.ToJsonString());
    }

    private MoverEnd Resolve(Stored pod)
    {
        var arguments = Arguments(pod);
        var repository = Value(arguments, "--repository") ?? "";
        var asOf = Value(arguments, "--as-of") is { } text ? InstantPattern.ExtendedIso.Parse(text).Value : Instant.MaxValue;
        var wanted = Value(arguments, "--snapshot") ?? "";
        var all = cluster.Volumes.In(repository).ToList();
        if (all.Find(one => one.Time <= asOf && one.Id.StartsWith(wanted, StringComparison.Ordinal)) is { } found)
        {
            Reported?.Invoke(Owner(pod), "resolve", found);
            return new MoverEnd(0, "Completed", Report("resolve", "Succeeded", 0, "SnapshotFound", $"snapshot {found.Id[56..]} it is", found).ToJsonString());
        }

        return all.Count == 0
            ? Failure("resolve", 10, "RepositoryMissing", "There is no repository")
            : Failure("resolve", 13, "NoSnapshotMatches", "No snapshot matches");
    }

    private MoverEnd Restore(Stored pod)
    {
        var claim = Target(pod);
        var arguments = Arguments(pod);
        if (cluster.Volumes.In(Value(arguments, "--repository") ?? "").FirstOrDefault(one => one.Id == Value(arguments, "--snapshot")) is not { } found)
        {
            return Failure("restore", 13, "NoSnapshotMatches", "No snapshot matches");
        }

        cluster.Volumes.Write(claim.Uid, found.Content);
        Reported?.Invoke(Owner(pod), "restore", found);
        var report = Report("restore", "Succeeded", 0, "Restored", $"restored snapshot {found.Id[56..]}", found);
        report["restore"] = new JsonObject { ["filesRestored"] = 3, ["bytesRestored"] = 42 };
        return new MoverEnd(0, "Completed", report.ToJsonString());
    }

    private MoverEnd Fail(Stored pod, MoverFate.Fails failure)
    {
        if (Operation(pod) == "restore")
        {
            cluster.Volumes.Write(Target(pod).Uid, "(a part)");
        }

        return Failure(Operation(pod), failure.ExitCode, failure.Reason, $"the mover failed: {failure.Reason}");
    }

    private MoverEnd Killed(Stored pod)
    {
        if (Operation(pod) == "restore")
        {
            cluster.Volumes.Write(Target(pod).Uid, "(a part)");
        }

        return new MoverEnd(137, "OOMKilled", null);
    }

    // Only a claim that bears the mark of this very restore may be written into.
    private Stored Target(Stored pod)
    {
        var claim = Mounted(pod);
        if (claim.Annotation(Marks.Restoring) != Owner(pod))
        {
            Wronged?.Invoke($"{pod.Title} writes into claim {claim.Name}, which was not made for its restore");
        }

        return claim;
    }

    private Stored Mounted(Stored pod) =>
        cluster.Store.Find(Resources.PersistentVolumeClaims, pod.Namespace, Provisioner.Mounts(pod).First()) ?? throw new InvalidOperationException($"{pod.Title} runs without its claim");

    private Stored? SecretOf(Stored pod) => cluster.Store.Find(
        Resources.Secrets, pod.Namespace,
        pod.Json.List("spec", "containers").SelectMany(container => container.List("env")).Where(variable => variable.Text("name") == Password).Select(variable => variable.Text("valueFrom", "secretKeyRef", "name")).FirstOrDefault() ?? "");

    private string Owner(Stored pod) => cluster.Store.Find(pod.Controller)?.Controller ?? "";

    private static JsonObject Report(string operation, string outcome, int exitCode, string reason, string message, Saved? snapshot)
    {
        var report = new JsonObject { ["v"] = 1, ["operation"] = operation, ["outcome"] = outcome, ["exitCode"] = exitCode, ["reason"] = reason, ["message"] = message, ["seconds"] = 1 };
        if (snapshot is not null)
        {
            report["snapshot"] = new JsonObject
            {
                ["id"] = snapshot.Id,
                ["time"] = InstantPattern.General.Format(snapshot.Time),
                ["tags"] = new JsonArray([.. snapshot.Tags.Select(tag => (JsonNode)tag)]),
            };
        }

        return report;
    }

    private static MoverEnd Failure(string operation, int exitCode, string reason, string message) =>
        new(exitCode, "Error", Report(operation, "Failed", exitCode, reason, message, null).ToJsonString());

    private static IReadOnlyList<string> Arguments(Stored pod) => pod.Json.List("spec", "containers").First().Texts("args");

    private static string Operation(Stored pod) => Arguments(pod)[1];

    private static string? Value(IReadOnlyList<string> arguments, string name) => Values(arguments, name) is [var first, ..] ? first : null;

    private static IReadOnlyList<string> Values(IReadOnlyList<string> arguments, string name) => [.. Enumerable.Range(0, Math.Max(0, arguments.Count - 1)).Where(at => arguments[at] == name).Select(at => arguments[at + 1])];
}
