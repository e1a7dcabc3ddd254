using System.Collections.Immutable;
using System.Diagnostics;

namespace Backsnap.Mover.Tests;

/// <summary>Runs what is shortest said in a shell.</summary>
internal static class Shell
{
    /// <summary>Runs a script of sh to its end, which must be a good one; what it printed.</summary>
    public static async Task<string> Run(string script, params ImmutableArray<string> arguments)
    {
        var (exitCode, output) = await Try(script, arguments);
        Assert.True(exitCode == 0, $"exit code {exitCode}: {output}");
        return output;
    }

    /// <summary>Runs a script of sh to its end, whatever that is.</summary>
    public static async Task<(int ExitCode, string Output)> Try(string script, ImmutableArray<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo("sh") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (ImmutableArray<string>)["-c", script, "sh", .. arguments])
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, string.Concat(output));
    }
}
