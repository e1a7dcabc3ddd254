using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Backsnap.Host.Mover;

/// <summary>When a restic that says and moves nothing is reported, and when it is stopped (null: never).</summary>
internal sealed record StallLimits(TimeSpan Report, TimeSpan? Stop)
{
    public static readonly StallLimits Default = new(TimeSpan.FromMinutes(5), null);
}

/// <summary>Hears one call of restic: keeps what matters of both streams, within bounds, and notices when nothing moves any more.</summary>
internal sealed class ResticListener(ResticCall call, MoverLog log, StallLimits stall) : IDisposable
{
    private const int TailLines = 40;
    private const int LineLength = 2000;
    private const int OutputLimit = 256 * 1024 * 1024;

    public static readonly TimeSpan StallCheckInterval = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly StringBuilder output = new();
    private readonly Queue<string> tail = new();
    private readonly CancellationTokenSource outOfContact = new();
    private string? retryCause;
    private string? exitError;
    private string? shellSaid;
    private (long Files, long Bytes) moved;
    private long lastMove = Stopwatch.GetTimestamp();
    private TimeSpan lastReport = TimeSpan.Zero;

    /// <summary>How long nothing has moved.</summary>
    public TimeSpan Silence => Stopwatch.GetElapsedTime(Volatile.Read(ref lastMove));

    /// <summary>Fires when the store has not answered within <see cref="ResticCall.ContactLimit"/> of this call.</summary>
    public CancellationToken AwaitContact()
    {
        if (call.ContactLimit is { } limit)
            outOfContact.CancelAfter(limit);
        return outOfContact.Token;
    }

    public void OnOutput(string line)
    {
        lock (gate)
        {
            // A message counts by what it says: restic repeats its status each second, whether or not anything moves.
            if (!call.KeepOutput)
            {
                Hear(line);
                return;
            }

            if (output.Length < OutputLimit)
                output.Append(line).Append('\n');
            Moved();
        }
    }

    public void OnContent() => Moved();

    public void OnError(string line)
    {
        lock (gate)
            Hear(line);
    }

    /// <summary>Hears what <c>ssh</c> said; its last line is the cause when it did not come to speak with its host.</summary>
    public void OnShell(string line)
    {
        lock (gate)
        {
            shellSaid = Bounded(line);
            log.Line($"ssh: {shellSaid}");
        }
    }

    public ResticExit Exit(ResticEnding ending)
    {
        lock (gate)
            return new ResticExit(ending, output.ToString(), [.. tail], retryCause, exitError) { ShellSaid = shellSaid };
    }

    /// <summary>Reports a stall once per period, and asks to stop when the limit is passed.</summary>
    public void CheckStall(CancellationTokenSource stalled)
    {
        lock (gate)
        {
            var silence = Silence;
            if (silence < stall.Report)
                lastReport = TimeSpan.Zero;
            else if (silence - lastReport >= stall.Report)
            {
                lastReport = silence;
                var cause = retryCause is null ? "" : $"; the store's last answer: {retryCause}";
                log.Line($"no progress for {silence.TotalMinutes.ToString("0.#", CultureInfo.InvariantCulture)} min{cause}");
            }

            if (stall.Stop is { } limit && silence >= limit && !stalled.IsCancellationRequested)
                stalled.Cancel();
        }
    }

    public void Dispose() => outOfContact.Dispose();

    private void Hear(string line)
    {
        var message = ResticMessage.Parse(line);
        // Either is said only by a restic that has opened its repository and holds its lock.
        if (message is ResticMessage.Progress or ResticMessage.Backed)
            outOfContact.CancelAfter(Timeout.InfiniteTimeSpan);
        switch (message)
        {
            case ResticMessage.Retrying(var cause):
                retryCause = Bounded(cause);
                log.Line($"the store is asked again: {retryCause}");
                break;
            case ResticMessage.ExitError(_, var text):
                exitError = Bounded(text);
                break;
            case ResticMessage.Text(var text) when text.Length > 0:
                Keep(Bounded(text));
                break;
            case ResticMessage.Progress progress when (progress.FilesDone, progress.BytesDone) == moved:
                // Repeated at a steady rate whatever happens: no sign of life of the store.
                call.OnMessage(message);
                return;
            case ResticMessage.Progress progress:
                moved = (progress.FilesDone, progress.BytesDone);
                break;
            default:
                break;
        }

        if (message is not ResticMessage.Retrying)
            Moved();
        call.OnMessage(message);
    }

    private void Keep(string line)
    {
        log.Line($"restic: {line}");
        tail.Enqueue(line);
        if (tail.Count > TailLines)
            tail.Dequeue();
    }

    private void Moved() => Volatile.Write(ref lastMove, Stopwatch.GetTimestamp());

    private static string Bounded(string line) => line.Length <= LineLength ? line : line[..LineLength] + "…";
}
