using System.Globalization;
using Backsnap.EndToEnd.Tests.Running;
using Backsnap.Host.Tests;

namespace Backsnap.EndToEnd.Tests.Faults;

/// <summary>
/// The clock on the wall of one process, which a test sets while the process runs, as somebody or a time server does; the monotonic clock goes on. It is
/// libfaketime, loaded into the process: what the process asks the C library for is answered with a difference.
/// </summary>
internal sealed class SteppedClock : IDisposable
{
    private readonly DirectoryInfo home = Directory.CreateTempSubdirectory("backsnap-clock-");

    public SteppedClock() => Set(TimeSpan.Zero);

    /// <summary>Why there is none; null where there is.</summary>
    public static string? Lacking => Tools.FakeTime is null ? "libfaketime is not there: run scripts/test.sh, which gets it" : null;

    /// <summary>How far it is ahead of the machine's; negative: behind.</summary>
    public TimeSpan Ahead { get; private set; }

    /// <summary>What the process needs in its environment.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["LD_PRELOAD"] = Tools.FakeTime!,
        ["FAKETIME_TIMESTAMP_FILE"] = At,
        // Looked at once a second.
        ["FAKETIME_CACHE_DURATION"] = "1",
        ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
    };

    private string At => Path.Combine(home.FullName, "ahead");

    /// <summary>Sets it.</summary>
    public void Set(TimeSpan ahead)
    {
        Ahead = ahead;
        File.WriteAllText(At + ".new", ahead.TotalSeconds.ToString("+0;-0", CultureInfo.InvariantCulture));
        File.Move(At + ".new", At, overwrite: true);
    }

    /// <summary>Whether a process that logs has logged by it: a test that sets a clock which nobody looks at would prove nothing.</summary>
    public bool IsSeenIn(BacksnapProcess running) => running.Output.Split('\n').Reverse().Any(line =>
        DateTimeOffset.TryParse(line.Split(' ')[0], CultureInfo.InvariantCulture, out var logged) && (logged - (DateTimeOffset.UtcNow + Ahead)).Duration() < TimeSpan.FromMinutes(10));

    /// <inheritdoc/>
    public void Dispose() => home.Delete(recursive: true);
}
