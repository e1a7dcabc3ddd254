using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Backsnap.Host.Tests.Mover;

namespace Backsnap.Mover.Tests;

/// <summary>How a mover's pod ended.</summary>
/// <param name="Killed">It was killed and could not end by itself.</param>
/// <param name="Result">What it left as its result, valid at every instant.</param>
internal sealed record PodEnd(bool Killed, int ExitCode, JsonElement Result, string Log)
{
    /// <summary>The snapshot that the log or the result calls saved; null when neither does.</summary>
    public string? Reported =>
        Log.Split('\n').FirstOrDefault(line => line.StartsWith(PodProcess.SavedLine, StringComparison.Ordinal))?[PodProcess.SavedLine.Length..].Trim()
        ?? (Result.GetProperty("outcome").GetString() is "Succeeded" or "Partial" && Result.TryGetProperty("snapshot", out var snapshot) ? snapshot.GetProperty("id").GetString() : null);
}

/// <summary>
/// The mover as a process with restic as its child, in a group and with a host name of their own: a pod, as far as kills and locks can tell.
/// </summary>
internal sealed class PodProcess : IDisposable
{
    public const string SavedLine = "saved snapshot ";

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(3);

    private readonly Process process;
    private readonly string resultFile;
    private readonly ConcurrentQueue<string> lines = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource> awaited = new(StringComparer.Ordinal);
    private readonly Task reading;
    private bool killed;

    private PodProcess(Process process, string resultFile)
    {
        (this.process, this.resultFile) = (process, resultFile);
        reading = Task.WhenAll(Read(process.StandardOutput), Read(process.StandardError));
    }

    /// <summary>How to get a host name of one's own here; null where that is not allowed.</summary>
    public static ImmutableArray<string>? Isolation { get; } = FindIsolation();

    /// <summary>Done when the mover has ended.</summary>
    public Task Ended => reading;

    /// <summary>Done when the log has a line that begins so, or when the mover has ended.</summary>
    public Task Line(string beginning)
    {
        var found = awaited.GetOrAdd(beginning, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        foreach (var line in lines)
            Tell(line);
        return Task.WhenAny(found.Task, reading);
    }

    /// <summary>Starts <c>backsnap mover</c>.</summary>
    /// <param name="name">The pod's name, which restic finds as its host name.</param>
    public static PodProcess Start(string name, ImmutableArray<string> arguments, string resultFile, IReadOnlyDictionary<string, string> environment)
    {
        var isolation = Isolation!.Value;
        var start = new ProcessStartInfo(isolation[0]) { RedirectStandardOutput = true, RedirectStandardError = true };
        ImmutableArray<string> program = Environment.GetEnvironmentVariable("BACKSNAP_E2E_PROGRAM") is { Length: > 0 } published
            ? [published]
            : ["dotnet", Path.Combine(AppContext.BaseDirectory, "backsnap.dll")];
        foreach (var argument in (ImmutableArray<string>)
            [.. isolation[1..], "setsid", "sh", "-c", "hostname \"$0\" && exec \"$@\"", name, .. program, "mover", .. arguments, "--result-file", resultFile])
            start.ArgumentList.Add(argument);
        start.Environment.Clear();
        foreach (var (key, value) in environment)
            start.Environment[key] = value;
        return new PodProcess(Process.Start(start)!, resultFile);
    }

    /// <summary>Ends everything in it at once, as the loss of its node does.</summary>
    public void Kill()
    {
        killed = !process.HasExited;
        _ = Native.Kill(-process.Id, Native.SigKill);
    }

    /// <summary>Ends restic alone; false when none runs at this instant.</summary>
    public bool KillRestic()
    {
        var victims = Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => char.IsAsciiDigit(name![0])).Where(IsOurRestic).ToImmutableArray();
        foreach (var victim in victims)
            _ = Native.Kill(int.Parse(victim!, CultureInfo.InvariantCulture), Native.SigKill);
        return !victims.IsEmpty;
    }

    /// <summary>Waits for its end.</summary>
    public async Task<PodEnd> End()
    {
        using var bound = new CancellationTokenSource(Longest);
        try
        {
            await process.WaitForExitAsync(bound.Token);
            await reading.WaitAsync(bound.Token);
        }
        catch (OperationCanceledException)
        {
            Kill();
            throw new Xunit.Sdk.XunitException($"the mover did not end within {Longest}; it printed:\n{string.Join('\n', lines)}");
        }

        // Killed before it could say anything, it leaves nothing: the kubelet then reports an empty message.
        var result = File.Exists(resultFile) && new FileInfo(resultFile).Length > 0
            ? MoverRig.ReadResult(resultFile)
            : JsonDocument.Parse("""{"outcome":"Failed"}""").RootElement;
        return new PodEnd(killed, process.ExitCode, result, string.Join('\n', lines));
    }

    public bool HasEnded => process.HasExited;

    public void Dispose()
    {
        if (!process.HasExited)
            Kill();
        process.Dispose();
    }

    private bool IsOurRestic(string? pid)
    {
        try
        {
            // pid (name) state parent group …; a name may hold blanks.
            var text = File.ReadAllText($"/proc/{pid}/stat");
            var name = text[(text.IndexOf('(', StringComparison.Ordinal) + 1)..text.LastIndexOf(')')];
            return name.StartsWith("restic", StringComparison.Ordinal)
                && text[(text.LastIndexOf(')') + 2)..].Split(' ') is [_, _, var group, ..] && group == process.Id.ToString(CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private async Task Read(StreamReader stream)
    {
        while (await stream.ReadLineAsync() is { } line)
        {
            lines.Enqueue(line);
            Tell(line);
        }
    }

    private void Tell(string line)
    {
        foreach (var (beginning, found) in awaited)
            if (line.StartsWith(beginning, StringComparison.Ordinal))
                found.TrySetResult();
    }

    private static ImmutableArray<string>? FindIsolation()
    {
        foreach (var candidate in (ImmutableArray<ImmutableArray<string>>)[["unshare", "--uts"], ["unshare", "--user", "--map-root-user", "--uts"]])
        {
            try
            {
                using var process = Process.Start(new ProcessStartInfo(candidate[0], [.. candidate[1..], "hostname", "pod"]) { RedirectStandardError = true })!;
                process.WaitForExit();
                if (process.ExitCode == 0)
                    return candidate;
            }
            catch (System.ComponentModel.Win32Exception)
            {
                return null;
            }
        }

        return null;
    }
}
