using System.Globalization;
using Backsnap.Domain.Backups;
using Backsnap.Domain.Objects;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Admission;

/// <summary>
/// What a waiting backup's status says of its place in the queue. With thousands in the queue each backup that begins moves all the others
/// up; so the status is written again only where it misleads: when a place was written that is twice as far from the front, or much nearer to
/// it, and near the front whenever it moves up. Each backup's status is written so often as its place can be halved, and a few times more.
/// </summary>
internal static class Place
{
    /// <summary>From this place on every move is told.</summary>
    private const int Near = 5;

    /// <summary>How many times farther back than written a backup may fall before that is told.</summary>
    private const int Setback = 4;

    private const string Lead = "position ";

    /// <summary>What the status should say: what it says already, or the place now.</summary>
    public static string Message(Backup backup, int position, int of, string why)
    {
        var now = string.Create(CultureInfo.InvariantCulture, $"{Lead}{position} of {of} in the queue: {why}");
        return backup.Phase is BackupPhase.Pending && Written(backup.Message).Exists(written => StillHolds(written, position, backup.Message.EndsWith(": " + why, StringComparison.Ordinal)))
            ? backup.Message
            : now;
    }

    /// <summary>What a candidate waits for, in words that change only with the settings.</summary>
    public static string Why(Candidate candidate, Limit limit, Settings settings) => limit switch
    {
        Limit.Places => $"waits for a place among the running backups (--max-running-backups={settings.MaxRunning}{Pause(settings)})",
        Limit.Driver => $"waits for a place among the running backups of driver {candidate.Driver} (--max-running-per-driver={settings.Limits.RunningPerDriver})",
        Limit.Node => $"waits for a place among the running backups on node {candidate.Node.IfNone("")} (--max-running-per-node={settings.Limits.RunningPerNode})",
        Limit.Snapshots => $"waits until fewer VolumeSnapshots are unfinished (--max-unready-snapshots={settings.Limits.UnreadySnapshots})",
    };

    private static bool StillHolds(int written, int position, bool sameReason) =>
        position * 2 > written && position <= written * Setback && (position > Near || (position >= written && sameReason));

    private static Option<int> Written(string message) =>
        message.StartsWith(Lead, StringComparison.Ordinal)
        && int.TryParse(message.AsSpan(Lead.Length, Math.Max(0, message.IndexOf(' ', Lead.Length) - Lead.Length)), NumberStyles.None, CultureInfo.InvariantCulture, out var position)
            ? Some(position)
            : None;

    private static string Pause(Settings settings) => settings.SleepBetween == Duration.Zero ? "" : $", with --sleep-between-backups={GoDuration.Print(settings.SleepBetween)}";
}
