using System.Text.RegularExpressions;
using Backsnap.Host.Tests;
using Backsnap.Install.Tests.Running;

namespace Backsnap.Install.Tests.Docs;

/// <summary>Runs a page's commands (its blocks marked <c>sh</c>) one after the other, and keeps apart what each block prints.</summary>
internal static partial class PageRun
{
    private const char Mark = '\u0001';

    /// <summary>Whether a block is run.</summary>
    public static bool IsRun(Block block) => block.Language == "sh";

    /// <summary>Runs them on an embedded cluster in this state (a function of run-page.sh each word); what each block printed to standard output, by its line.</summary>
    public static Task<IReadOnlyDictionary<int, string>> Run(Page page, string state, Func<string, string> replaced) =>
        Run(page.Blocks.Where(IsRun).Select(block => (block.Line, replaced(block.Text))), state);

    /// <summary>Runs commands with a number each; what each of them printed.</summary>
    public static async Task<IReadOnlyDictionary<int, string>> Run(IEnumerable<(int Number, string Text)> scripts, string state)
    {
        EmbeddedCluster.SkipWithoutKubectl();
        var commands = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(commands, string.Concat(scripts.Select(script => $"printf '{Mark}%s\\n' {script.Number}\n{script.Text}\n")));
            string[] directories = [Path.GetDirectoryName(Tools.Restic)!, Path.GetDirectoryName(EmbeddedCluster.Kubectl)!, Environment.GetEnvironmentVariable("PATH")!];
            var (status, output, errors) = await Command.Run(
                Repository.At("tests/Backsnap.Install.Tests/Docs/run-page.sh"),
                [Path.Combine(AppContext.BaseDirectory, "backsnap.dll"), commands, .. state.Split(' ', StringSplitOptions.RemoveEmptyEntries)],
                environment: new Dictionary<string, string> { ["PATH"] = string.Join(':', directories) });
            Assert.True(status == 0, $"{output}\n{errors}");
            return output.Split(Mark, StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split('\n', 2)).ToDictionary(part => int.Parse(part[0], null), part => part[1]);
        }
        finally
        {
            File.Delete(commands);
        }
    }

    /// <summary>
    /// Whether a block printed at its end what the page shows. Times, spans of time, sizes and ids may be others, and columns wider;
    /// <c>…</c> is any text, and as a line any lines.
    /// </summary>
    public static bool Shows(string printed, string shown) => Regex.IsMatch(
        Plain(printed), "(^|\n)" + string.Join('\n', Plain(shown).Split('\n').Select(line => Regex.Escape(line).Replace("…", line == "…" ? "[^\r]*?" : ".*", StringComparison.Ordinal))) + "$");

    private static string Plain(string text) => string.Join('\n', text.TrimEnd().Split('\n').Select(line =>
        Blanks().Replace(Id().Replace(Size().Replace(Span().Replace(Day().Replace(Time().Replace(line, "TIME"), "DAY"), "SPAN"), "SIZE"), "ID"), " ").Trim()));

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")]
    private static partial Regex Time();

    [GeneratedRegex(@"\b[A-Z][a-z]{2} \d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d\d(:\d\d)?")]
    private static partial Regex Day();

    [GeneratedRegex(@"\b(\d+(\.\d+)?(ms|h|m|s))+\b")]
    private static partial Regex Span();

    [GeneratedRegex(@"\b\d+(\.\d+)? ([KMG]i)?B\b")]
    private static partial Regex Size();

    [GeneratedRegex(@"\b([0-9a-f]{64}|[0-9a-f]{8})\b")]
    private static partial Regex Id();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
