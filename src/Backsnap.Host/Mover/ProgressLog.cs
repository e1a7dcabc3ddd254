using System.Diagnostics;
using System.Globalization;
using Backsnap.Domain.Volumes;

namespace Backsnap.Host.Mover;

/// <summary>Shows how far restic is: a line every few seconds, none while nothing is known.</summary>
internal sealed class ProgressLog(string what, MoverLog log)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(3);

    private readonly long started = Stopwatch.GetTimestamp();
    private long lastShown;
    private long lastBytes;
    private long expectedBytes;

    /// <summary>How much there will be, where restic does not count it beforehand: as much as last time.</summary>
    public void Expect(long bytes) => Volatile.Write(ref expectedBytes, bytes);

    public void Hear(ResticMessage message)
    {
        if (message is not ResticMessage.Progress said || said is { BytesTotal: 0, FilesDone: 0, BytesDone: 0 })
            return;
        if (lastShown != 0 && Stopwatch.GetElapsedTime(lastShown) < Interval)
            return;
        var progress = Estimated(said, Volatile.Read(ref expectedBytes));
        var elapsed = Stopwatch.GetElapsedTime(lastShown == 0 ? started : lastShown).TotalSeconds;
        log.Line(Text(what, progress, elapsed > 0 ? Math.Max(0, progress.BytesDone - lastBytes) / elapsed : 0));
        (lastShown, lastBytes) = (Stopwatch.GetTimestamp(), progress.BytesDone);
    }

    /// <summary>The message with the expected total, where it has none. What has grown since last time is never said to be done.</summary>
    internal static ResticMessage.Progress Estimated(ResticMessage.Progress progress, long expectedBytes) =>
        progress.BytesTotal > 0 || expectedBytes <= 0
            ? progress
            : progress with
            {
                BytesTotal = Math.Max(expectedBytes, progress.BytesDone),
                PercentDone = Math.Min(0.99, (double)progress.BytesDone / expectedBytes),
            };

    /// <summary>
    /// One line, as in <c>backup 42.3 %  1.2 GiB of 2.9 GiB  120 files  85.0 MiB/s  ETA 20 s</c>; without the total and what follows from it where
    /// there is none.
    /// </summary>
    internal static string Text(string what, ResticMessage.Progress progress, double bytesPerSecond)
    {
        var done = $"{Sizes.Text(progress.BytesDone)}";
        var rest = $"{progress.FilesDone} files  {Sizes.Text(bytesPerSecond)}/s";
        if (progress.BytesTotal <= 0)
            return $"{what} {done}  {rest}";
        // restic leaves the time out when it does not know it: then the present speed tells.
        var left = progress.SecondsRemaining
            ?? (bytesPerSecond > 0 ? Math.Max(0, progress.BytesTotal - progress.BytesDone) / bytesPerSecond : null as double?);
        var eta = left is { } seconds && double.IsFinite(seconds) ? $"  ETA {ResultText.Seconds(Math.Round(seconds))}" : "";
        var percent = (progress.PercentDone * 100).ToString("0.0", CultureInfo.InvariantCulture);
        return $"{what} {percent} %  {done} of {Sizes.Text(progress.BytesTotal)}  {rest}{eta}";
    }
}
