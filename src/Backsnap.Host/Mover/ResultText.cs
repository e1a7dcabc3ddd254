using System.Globalization;
using Backsnap.Domain.Volumes;

namespace Backsnap.Host.Mover;

/// <summary>The one sentence about a result, for statuses, Events and the last line of the log.</summary>
internal static class ResultText
{
    public static string Sentence(MoverResult result) => result.Outcome switch
    {
        MoverOutcome.Saved saved => Saved(saved, result.Seconds),
        MoverOutcome.Found found => $"Snapshot {Short(found.Snapshot)} of {Rfc3339.Write(found.Snapshot.Time)} will be restored.",
        MoverOutcome.PutBack back =>
            $"Restored snapshot {Short(back.Snapshot)} of {Rfc3339.Write(back.Snapshot.Time)}: "
            + $"{back.Figures.FilesRestored} entries, {Sizes.Text(back.Figures.BytesRestored)}, in {Seconds(result.Seconds)}.",
        MoverOutcome.Pruned pruned =>
            $"Pruned the repository: {Sizes.Text(pruned.Figures.BytesRemoved)} removed, {Sizes.Text(pruned.Figures.BytesRemaining)} remaining, in {Seconds(result.Seconds)}.",
        MoverOutcome.Checked check =>
            $"Checked the repository, {(check.Subset is { } subset ? $"reading {subset} of its data" : "without reading its data")}: no errors, in {Seconds(result.Seconds)}.",
        MoverOutcome.Failed failed => failed.Failure.Message,
    };

    public static string Seconds(double seconds) =>
        seconds < 60
            ? string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, seconds):0.0} s")
            : string.Create(CultureInfo.InvariantCulture, $"{(long)Math.Min(1e9, seconds) / 60} min {(long)Math.Min(1e9, seconds) % 60} s");

    private static string Saved(MoverOutcome.Saved saved, double seconds)
    {
        var figures = saved.Figures;
        var unread = saved.Unread == 0 ? "" : $" {saved.Unread} files could not be read.";
        return $"Saved snapshot {Short(saved.Snapshot)}: {figures.FilesNew} new, {figures.FilesChanged} changed, {figures.FilesUnmodified} unmodified files, "
            + $"{Sizes.Text(figures.BytesProcessed)} read through, {Sizes.Text(figures.BytesAdded)} added, in {Seconds(seconds)}.{unread}";
    }

    private static string Short(SnapshotInfo snapshot) => snapshot.Id.Length > 8 ? snapshot.Id[..8] : snapshot.Id;
}
