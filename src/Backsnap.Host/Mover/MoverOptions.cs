using System.Collections.Immutable;

namespace Backsnap.Host.Mover;

/// <summary>What was written on the command line, not yet understood.</summary>
/// <param name="Operation">The subcommand.</param>
internal sealed record MoverOptions(Operation Operation)
{
    public string? Repository { get; init; }
    public string? RepositoryBelow { get; init; }
    public string? Host { get; init; }
    public string? Path { get; init; }
    public string? Device { get; init; }
    public bool AllowForeign { get; init; }
    public ImmutableArray<string> Tags { get; init; } = [];
    public ImmutableArray<string> Excludes { get; init; } = [];
    public bool ExcludeCaches { get; init; }
    public bool OneFileSystem { get; init; }
    public string? Keep { get; init; }
    public string? ShrinkThreshold { get; init; }
    public string? AcknowledgeShrink { get; init; }
    public string? Time { get; init; }
    public string? Snapshot { get; init; }
    public ImmutableArray<string> DeadHolders { get; init; } = [];
    public string? ReadDataSubset { get; init; }
    public string? AsOf { get; init; }
    public string? CacheDirectory { get; init; }
    public string? RetryLock { get; init; }
    public string? ProbeTimeout { get; init; }
    public string? StallTimeout { get; init; }
    public string? Nice { get; init; }
    public string? ResultFile { get; init; }
    public string? ResticPath { get; init; }

    /// <summary>What the command line's parser could not make sense of.</summary>
    public string? Misread { get; init; }
}

/// <summary>What a mover is to do, understood.</summary>
internal abstract record MoverRequest
{
    private MoverRequest()
    {
    }

    public sealed record Backup(BackupRequest Request) : MoverRequest;

    public sealed record Resolve(ResolveRequest Request) : MoverRequest;

    public sealed record Restore(RestoreRequest Request) : MoverRequest;

    public sealed record Prune(MaintainRequest Request) : MoverRequest;

    public sealed record Check(MaintainRequest Request) : MoverRequest;

    public sealed record Refused(string Why) : MoverRequest;

    /// <summary>Understands the options. Whatever could become an option of restic, or a pattern, is refused here.</summary>
    public static MoverRequest Of(MoverOptions options, PathMap map)
    {
        if (Problem(options) is { } problem)
            return new Refused(problem);
        var patience = new Patience(
            options.RetryLock ?? "5m", GoDuration.Read(options.ProbeTimeout ?? "60s")!.Value, [.. options.DeadHolders.Select(DeadHolder.Read).OfType<DeadHolder>()]);
        if (options.Operation is Operation.Prune or Operation.Check)
            return OfMaintain(options, patience);
        var source = new Source(options.Repository!, options.Host!, PathOf(options, map)) { IsDevice = options.Device is not null };
        return options.Operation switch
        {
            Operation.Backup => OfBackup(options, source, patience),
            Operation.Resolve => OfResolve(options, source, patience),
            Operation.Restore => SnapshotQuery.IsFullId(options.Snapshot ?? "")
                ? new Restore(new RestoreRequest(source, options.Snapshot!, options.AllowForeign, patience))
                : new Refused($"--snapshot must be all 64 digits of a snapshot's id, not '{options.Snapshot}'"),
            _ => new Refused($"there is no operation {options.Operation}"),
        };
    }

    private static string? Problem(MoverOptions options) => options switch
    {
        { Misread: { } misread } => misread,
        { Repository: null or "" } => "--repository is not set",
        { RepositoryBelow: { Length: > 0 } below } when !IsBelow(below) => $"--repository-below '{below}' is not a path of plain names",
        { Repository: { } address } when SecureShell.IsOption(address) => "the repository's host begins with '-', which ssh would take for an option",
        { Repository: { } address, RepositoryBelow: { Length: > 0 } } when address.StartsWith("rclone:", StringComparison.Ordinal) =>
            "rclone can be told to run commands, so that only the operator's own repository may be reached by it, not that of a namespace's Secret",
        { Operation: Operation.Prune or Operation.Check } => ProblemOfAll(options),
        { Host: null or "" } => "--host is not set",
        { Host: { } host } when !IsPlain(host) => $"--host '{host}' holds blanks or control characters",
        { Device: { } device } when !IsVolumePath(device) => $"--device '{device}' is not an absolute path",
        { Device: not null, Path: { Length: > 0 } } => "--path and --device exclude each other",
        { Device: not null } => ProblemOfAll(options),
        { Path: null or "" } => "--path is not set",
        { Path: { } path } when !IsVolumePath(path) => $"--path '{path}' is not an absolute path of a directory below the root, without '.' and '..'",
        _ => ProblemOfAll(options),
    };

    // What leads up and out of the base would be somebody else's repository.
    private static bool IsBelow(string path) =>
        path.Split('/').All(part => part is not ("" or "." or "..") && part.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_'));

    private static string? ProblemOfAll(MoverOptions options) => options switch
    {
        { RetryLock: { } wait } when GoDuration.Read(wait) is null => $"--retry-lock '{wait}' is not a duration such as 5m",
        { ProbeTimeout: { } limit } when GoDuration.Read(limit) is null => $"--probe-timeout '{limit}' is not a duration such as 60s",
        { Nice: { } nice } when Niceness.Read(nice) is null => $"--nice '{nice}' is not a whole number from 0 to 19",
        { StallTimeout: { } limit } when GoDuration.Read(limit) is null => $"--stall-timeout '{limit}' is not a duration such as 30m",
        _ when options.DeadHolders.FirstOrDefault(holder => DeadHolder.Read(holder) is null) is { } holder =>
            $"--dead-holder '{holder}' is neither the name of a host nor, with a * at its end, at least eight letters of one",
        _ => options.Tags.FirstOrDefault(tag => !IsPlain(tag) || tag.Contains(',', StringComparison.Ordinal)) is { } tag
            ? $"--tag '{tag}' is empty or holds a comma, blanks or control characters"
            : null,
    };

    // The image of a device has one name in all snapshots; only the device itself may lie elsewhere.
    private static VolumePath PathOf(MoverOptions options, PathMap map) =>
        options.Device is { } device
            ? new VolumePath(VolumePath.DeviceImage, map.Apply(device), IsMapped: false)
            : new VolumePath(options.Path!.TrimEnd('/'), map.Apply(options.Path.TrimEnd('/')), IsMapped: map.Entries.Length > 0);

    private static MoverRequest OfMaintain(MoverOptions options, Patience patience) => options switch
    {
        { Operation: Operation.Prune } => new Prune(new MaintainRequest(options.Repository!, null, patience)),
        { ReadDataSubset: { Length: > 0 } subset } when !MaintainRequest.IsSubset(subset) =>
            new Refused($"--read-data-subset '{subset}' is neither a part such as 3/28 (of 256 at most) nor a percentage such as 5%"),
        _ => new Check(new MaintainRequest(options.Repository!, options.ReadDataSubset is { Length: > 0 } part ? part : null, patience)),
    };

    private static MoverRequest OfBackup(MoverOptions options, Source source, Patience patience)
    {
        var (keep, error) = string.IsNullOrEmpty(options.Keep) ? (null, null) : Retention.Parse(options.Keep);
        if ((error ?? options.Excludes.Select(BackupSelection.Problem).FirstOrDefault(problem => problem is not null)) is { } why)
            return new Refused(why);
        var percent = options.ShrinkThreshold is { } part ? ShrinkRule.ReadPercent(part) : ShrinkRule.Default.Percent;
        if (percent is not { } threshold)
            return new Refused($"--shrink-threshold '{options.ShrinkThreshold}' is not a percentage from 0 to 100");
        var acknowledged = options.AcknowledgeShrink is { Length: > 0 } words ? Acknowledgment.Read(words) : null;
        if (acknowledged is null && options.AcknowledgeShrink is { Length: > 0 } unread)
            return new Refused($"--acknowledge-shrink '{unread}' is neither the id of a snapshot (8 to 64 hexadecimal digits) nor a time such as 2026-01-31T12:00:00Z");
        var selection = new BackupSelection(options.Excludes, options.ExcludeCaches, options.OneFileSystem);
        return Rfc3339.Read(options.Time) is var time && options.Time is { } text && time is null
            ? new Refused($"--time '{text}' is not a time such as 2026-01-31T12:00:00Z")
            : new Backup(new BackupRequest(source, options.Tags, selection, keep, new ShrinkRule(threshold, acknowledged), time, patience));
    }

    private static MoverRequest OfResolve(MoverOptions options, Source source, Patience patience) => (options.Snapshot, options.AsOf) switch
    {
        ({ Length: > 0 }, { Length: > 0 }) => new Refused("--snapshot and --as-of exclude each other"),
        (null or "" or "latest", _) when options.AllowForeign => new Refused("--allow-foreign needs the id of a snapshot: which of others' is the newest says nothing"),
        (null or "" or "latest", null or "") => new Resolve(new ResolveRequest(source, new SnapshotQuery.Newest(), Foreign: false, patience)),
        (null or "", var asOf) => Rfc3339.Read(asOf) is { } time
            ? new Resolve(new ResolveRequest(source, new SnapshotQuery.AsOf(time), Foreign: false, patience))
            : new Refused($"--as-of '{asOf}' is not a time such as 2026-01-31T12:00:00Z"),
        (var id, _) => SnapshotQuery.IsId(id)
            ? new Resolve(new ResolveRequest(source, new SnapshotQuery.WithId(id), options.AllowForeign, patience))
            : new Refused($"--snapshot '{id}' is neither 'latest' nor 4 to 64 hexadecimal digits"),
    };

    private static bool IsPlain(string text) => text.Length > 0 && !text.Any(letter => char.IsControl(letter) || char.IsWhiteSpace(letter));

    private static bool IsVolumePath(string path) =>
        path.StartsWith('/') && path.TrimEnd('/').Length > 0 && !path.Any(char.IsControl)
        && path.TrimEnd('/')[1..].Split('/').All(part => part is not ("" or "." or ".."));
}
