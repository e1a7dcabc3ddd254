using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Backsnap.Sandbox;

namespace Backsnap.Scale.Benchmarks;

/// <summary>
/// When each object of each backup was written, to the microsecond, by the API server itself: what of a backup's time is the operator's, and what that of those it waits
/// for.
/// </summary>
internal sealed class Shares
{
    private readonly ConcurrentQueue<(long At, string Line)> written = new();

    /// <summary>Takes a line of <see cref="SandboxOptions.OnWritten"/>. It is read later: the writer waits.</summary>
    public void Take(string line) => written.Enqueue((Stopwatch.GetTimestamp(), line));

    /// <summary>The backups that have ended, in the order of their PVCBackups' creation.</summary>
    public IReadOnlyList<Course> Courses()
    {
        var courses = new Dictionary<string, Course>();
        var jobs = new Dictionary<string, Course>();
        foreach (var (at, line) in written)
        {
            if (JsonNode.Parse(line)?["object"] is not { } written) continue;
            var (uid, owner) = (written["metadata"].Text("uid")!, written["metadata"]?["ownerReferences"]?[0].Text("uid") ?? "");
            switch (written.Text("kind"))
            {
                case "PVCBackup":
                    if (!courses.TryGetValue(uid, out var course)) courses[uid] = course = new Course { Asked = at };
                    if (written["status"].Text("result") is "Succeeded") course.Over ??= at;
                    break;
                case "VolumeSnapshot" when courses.TryGetValue(owner, out var snapshotted):
                    snapshotted.Snapshot ??= at;
                    if ((bool?)written["status"]?["readyToUse"] == true) snapshotted.SnapshotReady ??= at;
                    break;
                case "Job" when courses.TryGetValue(owner, out var moved):
                    moved.Job ??= at;
                    jobs[uid] = moved;
                    if (written["status"].Text("completionTime") is not null && moved.Over is null) moved.JobOver ??= at;
                    break;
                case "Pod" when jobs.TryGetValue(owner, out var run) && written["status"].Text("phase") == "Succeeded":
                    run.PodOver ??= at;
                    break;
            }
        }

        return [.. courses.Values.Where(course => course.Over is not null).OrderBy(course => course.Asked)];
    }

    /// <summary>The course of one backup, in ticks of the stopwatch.</summary>
    internal sealed class Course
    {
        public required long Asked { get; init; }
        public long? Snapshot { get; set; }
        public long? SnapshotReady { get; set; }
        public long? Job { get; set; }
        public long? PodOver { get; set; }
        public long? JobOver { get; set; }
        public long? Over { get; set; }

        /// <summary>What the snapshotter and the Job took, in milliseconds.</summary>
        public double OfOthers => Milliseconds(Snapshot, SnapshotReady) + Milliseconds(Job, Told);

        /// <summary>What is left of the time from the PVCBackup until it is over: the operator's own share, in milliseconds.</summary>
        public double Own => Milliseconds(Asked, Over) - OfOthers;

        // The operator goes by what it hears first: of the Job, or of its pod.
        private long? Told => JobOver ?? PodOver;

        /// <summary>From one to another.</summary>
        public static double Milliseconds(long? from, long? to) => Stopwatch.GetElapsedTime(from!.Value, to!.Value).TotalMilliseconds;
    }
}

/// <summary>Reading of JSON.</summary>
file static class Nodes
{
    public static string? Text(this JsonNode? node, string name) => (string?)node?[name];
}
