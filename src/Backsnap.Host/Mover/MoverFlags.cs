using System.CommandLine;

namespace Backsnap.Host.Mover;

/// <summary>The options of one of the mover's operations, and what a parsed command line gives to them.</summary>
internal sealed class MoverFlags(Operation operation)
{
    private readonly Option<string?> repository = Text("--repository", "Address of the restic repository (default: RESTIC_REPOSITORY).");
    private readonly Option<string?> below = Text("--repository-below", "Where the repository lies below RESTIC_REPOSITORY, which then goes before --repository.");
    private readonly Option<string?> host = Text("--host", "Host of the snapshots: the claim's namespace.");
    private readonly Option<string?> path = Text("--path", "Where the volume is mounted, as the snapshots record it: /data.");
    private readonly Option<string?> device = Text("--device", "The volume's block device, instead of --path.");
    private readonly Option<bool> foreign = new("--allow-foreign") { Description = "Let --snapshot name a snapshot of another host or path." };
    private readonly Option<string[]> tags = Texts("--tag", "A tag for the snapshot; may be repeated.");
    private readonly Option<string[]> excludes = Texts("--exclude", "Leave out what this pattern names, seen from the volume (/cache, *.tmp); may be repeated.");
    private readonly Option<bool> excludeCaches = new("--exclude-caches") { Description = "Leave out directories with a CACHEDIR.TAG." };
    private readonly Option<bool> oneFileSystem = new("--one-file-system") { Description = "Leave out what is mounted below the volume." };
    private readonly Option<string?> keep = Text("--keep", "Which snapshots to keep, as in last=1,hourly=12,daily=7,weekly=2,monthly=2 (default: all).");
    private readonly Option<string?> shrink =
        Text("--shrink-threshold", "Forget nothing when less than this percentage of files or bytes is left (default: 50; 0: only when nothing is).");

    private readonly Option<string?> acknowledge = Text("--acknowledge-shrink", "Accept what this snapshot (id), or any until this time (RFC 3339), has lost.");
    private readonly Option<string?> time = Text("--time", "The snapshot's time, RFC 3339 (default: now).");
    private readonly Option<string?> snapshot = Text(
        "--snapshot", operation == Operation.Restore ? "The snapshot's whole id, 64 digits." : "Id of a snapshot, or its beginning, or latest.");

    private readonly Option<string?> asOf = Text("--as-of", "The newest snapshot not after this time, RFC 3339.");
    private readonly Option<string[]> deadHolders =
        Texts("--dead-holder", "A pod that is proven gone, or PREFIX* for all of a Job: its locks of the repository are removed; may be repeated.");

    private readonly Option<string?> subset = Text("--read-data-subset", "Which part of the data to read, as in 3/28 or 5% (default: none, the structure alone).");
    private readonly Option<string?> cache = Text("--cache-dir", "Directory of restic's cache (default: RESTIC_CACHE_DIR, /cache if it is there, else the temporary directory).");
    private readonly Option<string?> retryLock = Text("--retry-lock", "How long to wait for a lock of the repository (default: 5m).");
    private readonly Option<string?> probe = Text("--probe-timeout", "How long the first contact with the repository may take (default: 60s).");
    private readonly Option<string?> stall = Text("--stall-timeout", "Stop restic when nothing has moved for so long (default: never; stalls of 5m are logged).");
    private readonly Option<string?> nice = Text("--nice", "How far restic stands back for other processes, on CPU and disk: 0 to 19 (default: 0).");
    private readonly Option<string?> resultFile = Text("--result-file", "Where to leave the result as JSON (default: /dev/termination-log, if it is there).");
    private readonly Option<string?> restic = Text("--restic", "The restic program (default: BACKSNAP_RESTIC, else restic on PATH).");

    /// <summary>Every option of the operation, in the order in which help shows them.</summary>
    public Option[] All =>
    [
        repository, below,
        .. operation switch
        {
            Operation.Backup => (Option[])[host, path, device, tags, excludes, excludeCaches, oneFileSystem, keep, shrink, acknowledge, time, deadHolders],
            Operation.Resolve => [host, path, snapshot, asOf, foreign],
            Operation.Restore => [host, path, device, snapshot, foreign, deadHolders],
            Operation.Prune => [deadHolders],
            Operation.Check => [subset, deadHolders],
            _ => [],
        },
        cache, retryLock, probe, stall, nice, resultFile, restic,
    ];

    /// <summary>What the command line says.</summary>
    public MoverOptions Read(ParseResult parsed) => new(operation)
    {
        Repository = Value(parsed, repository),
        RepositoryBelow = Value(parsed, below),
        Host = Value(parsed, host),
        Path = Value(parsed, path),
        Device = Value(parsed, device),
        AllowForeign = Value(parsed, foreign),
        Tags = [.. Value(parsed, tags) ?? []],
        Excludes = [.. Value(parsed, excludes) ?? []],
        ExcludeCaches = Value(parsed, excludeCaches),
        OneFileSystem = Value(parsed, oneFileSystem),
        Keep = Value(parsed, keep),
        ShrinkThreshold = Value(parsed, shrink),
        AcknowledgeShrink = Value(parsed, acknowledge),
        Time = Value(parsed, time),
        Snapshot = Value(parsed, snapshot),
        AsOf = Value(parsed, asOf),
        DeadHolders = [.. Value(parsed, deadHolders) ?? []],
        ReadDataSubset = Value(parsed, subset),
        CacheDirectory = Value(parsed, cache),
        RetryLock = Value(parsed, retryLock),
        ProbeTimeout = Value(parsed, probe),
        StallTimeout = Value(parsed, stall),
        Nice = Value(parsed, nice),
        ResultFile = Value(parsed, resultFile),
        ResticPath = Value(parsed, restic),
    };

    // An option of another operation has no place in this one's parse.
    private T? Value<T>(ParseResult parsed, Option<T> option) => All.Contains(option) ? parsed.GetValue(option) : default;

    private static Option<string?> Text(string name, string description) => new(name) { Description = description };

    private static Option<string[]> Texts(string name, string description) => new(name) { Description = description, AllowMultipleArgumentsPerToken = false };
}
