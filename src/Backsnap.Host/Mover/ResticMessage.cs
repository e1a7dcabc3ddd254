using System.Text.Json;
using NodaTime;

namespace Backsnap.Host.Mover;

/// <summary>
/// One line of what restic says with <c>--json</c>: messages on standard output, errors as JSON on standard error, with plain text among
/// them. Parsing is total: a line that is not a known message is <see cref="Text"/>.
/// Source: restic's documentation, "Scripting"; differences between versions as measured from 0.17 to 0.19.
/// </summary>
internal abstract record ResticMessage
{
    private ResticMessage()
    {
    }

    /// <summary>How far a backup or a restore is; restic leaves out what is zero.</summary>
    public sealed record Progress(
        double PercentDone, long FilesDone, long FilesTotal, long BytesDone, long BytesTotal, double? SecondsRemaining) : ResticMessage;

    /// <summary>A backup's end; without a snapshot id nothing was saved.</summary>
    public sealed record Backed(BackupFigures Figures, string? SnapshotId, Instant? Start) : ResticMessage;

    /// <summary>A restore's end. It says nothing of success: on a full disk it claims every file. Only the exit code does.</summary>
    public sealed record Restored(RestoreFigures Figures) : ResticMessage;

    /// <summary>A check's end; it counts errors of every kind, those of a repository that could not be opened as well.</summary>
    public sealed record Checked(CheckFigures Figures) : ResticMessage;

    /// <summary>One file that could not be read or written. The same file can be named more than once.</summary>
    public sealed record FileError(string Item, string Message) : ResticMessage;

    /// <summary>Why restic gives up (0.18 and newer).</summary>
    public sealed record ExitError(int Code, string Message) : ResticMessage;

    /// <summary>A request to the store failed and will be repeated; restic repeats most for about fifteen minutes.</summary>
    public sealed record Retrying(string Cause) : ResticMessage;

    /// <summary>A message that says nothing the mover needs, such as that a repository was made.</summary>
    public sealed record Aside(string Type) : ResticMessage;

    /// <summary>Anything else.</summary>
    public sealed record Text(string Line) : ResticMessage;

    /// <summary>Reads one line; never throws.</summary>
    public static ResticMessage Parse(string line)
    {
        if (!line.StartsWith('{'))
            return CauseOfRetry(line) is { } cause ? new Retrying(cause) : new Text(line);
        try
        {
            using var json = JsonDocument.Parse(line);
            return OfJson(json.RootElement) ?? new Text(line);
        }
        catch (JsonException)
        {
            return new Text(line);
        }
    }

    private static ResticMessage? OfJson(JsonElement json) => Json.Text(json, "message_type") switch
    {
        "status" => new Progress(
            Json.Number(json, "percent_done"),
            Json.Count(json, "files_done") + Json.Count(json, "files_restored"),
            Json.Count(json, "total_files"),
            Json.Count(json, "bytes_done") + Json.Count(json, "bytes_restored"),
            Json.Count(json, "total_bytes"),
            Json.Has(json, "seconds_remaining") ? Json.Number(json, "seconds_remaining") : null),
        "summary" when Json.Has(json, "total_files_processed") => new Backed(
            BackupFigures.Of(json), Json.Text(json, "snapshot_id"), Rfc3339.Read(Json.Text(json, "backup_start"))),
        "summary" when Json.Has(json, "total_files") => new Restored(new RestoreFigures(
            Json.Count(json, "files_restored") + Json.Count(json, "files_skipped"),
            Json.Count(json, "bytes_restored") + Json.Count(json, "bytes_skipped"))),
        "summary" when Json.Has(json, "num_errors") => new Checked(new CheckFigures(
            Json.Count(json, "num_errors"), Json.Items(json, "broken_packs").Count(), Json.Flag(json, "suggest_prune"))),
        "error" => new FileError(
            Json.Text(json, "item") ?? "",
            (Json.Object(json, "error") is { } error ? Json.Text(error, "message") : null) ?? Json.Text(json, "during") ?? Json.Text(json, "message") ?? "unknown error"),
        "exit_error" => new ExitError((int)Math.Clamp(Json.Count(json, "code"), int.MinValue, int.MaxValue), Json.Text(json, "message") ?? ""),
        { } other => new Aside(other),
        null => null,
    };

    // "Save(<data/..>) returned error, retrying after 1.15s: <cause>": file names may hold the same words, so only the last prefix counts.
    private static string? CauseOfRetry(string line)
    {
        const string prefix = "retrying after ";
        var at = line.LastIndexOf(prefix, StringComparison.Ordinal);
        if (at < 0)
            return null;
        var rest = line[(at + prefix.Length)..];
        var colon = rest.IndexOf(": ", StringComparison.Ordinal);
        return colon < 0 ? null : rest[(colon + 2)..];
    }
}
