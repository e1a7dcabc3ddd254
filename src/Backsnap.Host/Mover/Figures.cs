using System.Text.Json;

namespace Backsnap.Host.Mover;

/// <summary>What a backup did, in files (directories apart) and bytes; added bytes are those new to the repository before compression.</summary>
internal sealed record BackupFigures(long FilesNew, long FilesChanged, long FilesUnmodified, long FilesProcessed, long BytesAdded, long BytesProcessed)
{
    public static BackupFigures Of(JsonElement summary) => new(
        Json.Count(summary, "files_new"),
        Json.Count(summary, "files_changed"),
        Json.Count(summary, "files_unmodified"),
        Json.Count(summary, "total_files_processed"),
        Json.Count(summary, "data_added"),
        Json.Count(summary, "total_bytes_processed"));

    /// <summary>Nothing but directories was there.</summary>
    public bool IsEmpty => FilesProcessed == 0 && BytesProcessed == 0;
}

/// <summary>What lies in the target after a restore: entries and bytes written now or found already right.</summary>
internal sealed record RestoreFigures(long FilesRestored, long BytesRestored);
