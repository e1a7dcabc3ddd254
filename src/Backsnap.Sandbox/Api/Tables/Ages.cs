using System.Globalization;

namespace Backsnap.Sandbox.Api.Tables;

/// <summary>Times as kubectl shows them: how long ago, in one or two units.</summary>
internal static class Ages
{
    public const string Unknown = "<unknown>";

    public static string Since(string? time, DateTimeOffset now) =>
        DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var then) ? Text(now - then) : Unknown;

    public static string Text(TimeSpan length)
    {
        var seconds = (long)length.TotalSeconds;
        var (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86400);
        return seconds < -1 ? "<invalid>"
            : seconds < 0 ? "0s"
            : seconds < 120 ? $"{seconds}s"
            : minutes < 10 ? Two(minutes, "m", seconds % 60, "s")
            : minutes < 180 ? $"{minutes}m"
            : hours < 8 ? Two(hours, "h", minutes % 60, "m")
            : hours < 48 ? $"{hours}h"
            : days < 8 ? Two(days, "d", hours % 24, "h")
            : days < 730 ? $"{days}d"
            : days < 2920 ? Two(days / 365, "y", days % 365, "d")
            : $"{days / 365}y";
    }

    private static string Two(long big, string bigUnit, long small, string smallUnit) => small == 0 ? $"{big}{bigUnit}" : $"{big}{bigUnit}{small}{smallUnit}";
}
