using System.Text.RegularExpressions;
using Backsnap.Install.Tests.Running;

namespace Backsnap.Install.Tests.Docs;

/// <summary>A page of the documentation, taken apart.</summary>
/// <param name="Name">Its path in the repository, as in <c>docs/restore.md</c>.</param>
/// <param name="Blocks">What is set apart as code: fenced, or indented by four blanks.</param>
/// <param name="Prose">All else, with a blank line for each block.</param>
internal sealed partial record Page(string Name, IReadOnlyList<Block> Blocks, string Prose)
{
    /// <summary>README.md and all of docs.</summary>
    public static IReadOnlyList<Page> All { get; } =
        [.. Directory.GetFiles(Repository.At("docs"), "*.md").Order(StringComparer.Ordinal).Select(path => $"docs/{Path.GetFileName(path)}").Prepend("README.md").Select(Read)];

    /// <summary>One page.</summary>
    public static Page Read(string name)
    {
        var lines = Repository.Read(name).Split('\n');
        var (blocks, prose) = (new List<Block>(), new List<string>());
        for (var at = 0; at < lines.Length;)
        {
            if (EndOfBlock(lines, at) is not { } end)
            {
                prose.Add(lines[at++]);
                continue;
            }

            var fenced = lines[at].StartsWith(Fence, StringComparison.Ordinal);
            blocks.Add(fenced
                ? new Block(name, at + 1, lines[at][Fence.Length..].Trim(), lines[(at + 1)..(end - 1)], Follows(blocks, at, lines))
                : new Block(name, at + 1, Block.Indented, [.. lines[at..end].Select(line => line.Length < 4 ? "" : line[4..])], Follows(blocks, at, lines)));
            prose.Add("");
            at = end;
        }

        return new Page(name, blocks, string.Join('\n', prose));
    }

    /// <summary>What stands between backticks in the prose, a line's end in it being a blank.</summary>
    public IEnumerable<string> Spans => SpanForm().Matches(Prose).Select(match => match.Groups[1].Value.ReplaceLineEndings(" "));

    /// <summary>The targets of its links.</summary>
    public IEnumerable<string> Links => LinkForm().Matches(Prose).Select(match => match.Groups[1].Value);

    /// <summary>What a link may name after <c>#</c>: its headings as GitHub writes them, the second of a name with <c>-1</c>.</summary>
    public IEnumerable<string> Anchors => Prose.Split('\n').Where(line => line.StartsWith('#')).Select(line => Anchor(line.TrimStart('#').Trim()))
        .GroupBy(anchor => anchor).SelectMany(same => same.Select((anchor, nth) => nth == 0 ? anchor : $"{anchor}-{nth}"));

    /// <summary>All that it says, blocks included.</summary>
    public string Whole => string.Join('\n', Blocks.SelectMany(block => block.Lines).Prepend(Prose));

    private const string Fence = "```";

    private static int? EndOfBlock(string[] lines, int at)
    {
        if (lines[at].StartsWith(Fence, StringComparison.Ordinal))
        {
            return Array.FindIndex(lines, at + 1, line => line == Fence) + 1;
        }

        if (!IsIndented(lines[at]) || (at > 0 && lines[at - 1].Length > 0 && !lines[at - 1].StartsWith('#')))
        {
            return null;
        }

        var end = at;
        for (var next = at; next < lines.Length && (IsIndented(lines[next]) || lines[next].Length == 0); next++)
        {
            end = IsIndented(lines[next]) ? next + 1 : end;
        }

        return end;
    }

    private static bool IsIndented(string line) => line.StartsWith("    ", StringComparison.Ordinal) && line.Trim().Length > 0;

    private static bool Follows(List<Block> blocks, int at, string[] lines) =>
        blocks is [.., { Language: "sh" } last] && lines[(last.Line + last.Lines.Count + 1)..at].All(line => line.Length == 0);

    private static string Anchor(string heading) => NotInAnchors().Replace(heading.ToLowerInvariant(), "").Replace(' ', '-');

    [GeneratedRegex(@"`([^`]+)`")]
    private static partial Regex SpanForm();

    [GeneratedRegex(@"\]\(([^)\s]*)\)")]
    private static partial Regex LinkForm();

    [GeneratedRegex(@"[^\p{L}\p{N} _-]")]
    private static partial Regex NotInAnchors();
}

/// <summary>A block of code on a page.</summary>
/// <param name="Page">The page's name.</param>
/// <param name="Line">The line on which it begins, its fence included, from 1.</param>
/// <param name="Language">What stands behind the fence, or <see cref="Indented"/>.</param>
/// <param name="Lines">What is in it.</param>
/// <param name="FollowsCommands">Whether there is nothing between it and commands (<c>sh</c>) before it: it is what the last of them prints.</param>
internal sealed record Block(string Page, int Line, string Language, IReadOnlyList<string> Lines, bool FollowsCommands)
{
    /// <summary>The language of blocks that are indented and not fenced.</summary>
    public const string Indented = "(indented)";

    /// <summary>The lines as one text.</summary>
    public string Text => string.Join('\n', Lines);

    /// <summary>Where it is, for a person.</summary>
    public override string ToString() => $"{Page}:{Line} [{Language}] {Lines[0]}";
}
