using System.Diagnostics;
using System.Globalization;

namespace Backsnap.Host.Mover;

/// <summary>Shows how far restic is: a line every few seconds, none while nothing is known.</summary>
internal sealed class ProgressLog(string what, MoverLog log)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(3);

    private readonly long started = Stopwatch.GetTimestamp();
    private long lastShown;
    private long lastBytes;

    public void Hear(ResticMessage message)
    {
        if (message is not ResticMessage.Progress { BytesTotal: > 0 } progress)
            return;
        if (lastShown != 0 && Stopwatch.GetElapsedTime(lastShown) < Interval)
            return;
        var elapsed = Stopwatch.GetElapsedTime(lastShown == 0 ? started : lastShown).TotalSeconds;
        log.Line(Text(what, progress, elapsed > 0 ? Math.Max(0, progress.BytesDone - lastBytes) / elapsed : 0));
        (lastShown, lastBytes) = (Stopwatch.GetTimestamp(), progress.BytesDone);
    }

    /// <summary>One line, as in <c>backup 42.3 %  1.2 GiB of 2.9 GiB  120 files  85.0 MiB/s  ETA 20 s</c>.</summary>
    internal static string Text(string what, ResticMessage.Progress progress, double bytesPerSecond)
    {
        // restic leaves the time out when it does not know it: then the present speed tells.
        var left = progress.SecondsRemaining
            ?? (bytesPerSecond > 0 ? Math.Max(0, progress.BytesTotal - progress.BytesDone) / bytesPerSecond : null as double?);
        var eta = left is { } seconds && double.IsFinite(seconds) ? $"  ETA {ResultText.Seconds(Math.Round(seconds))}" : "";
        var percent = (progress.PercentDone * 100).ToString("0.0", CultureInfo.InvariantCulture);
        return $"{what} {percent} %  {Sizes.Text(progress.BytesDone)} of {Sizes.Text(progress.BytesTotal)}  {progress.FilesDone} files"
            + $"  {Sizes.Text(bytesPerSecond)}/s{eta}";
    }
}
