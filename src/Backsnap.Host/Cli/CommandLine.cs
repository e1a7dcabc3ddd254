namespace Backsnap.Host.Cli;

/// <summary>
/// The forms of the original's command line, brought into ours before it is parsed: flags with one dash, old names of flags, and flags
/// without a command, which run the operator.
/// </summary>
internal static class CommandLine
{
    private static readonly HashSet<string> Known = [.. Flags.All.Select(flag => flag.Name), .. Flags.Aliases.Keys, "help", "version", "dry-run"];

    /// <summary>The arguments as the parser knows them.</summary>
    public static string[] Normalize(IReadOnlyList<string> arguments)
    {
        var spelled = arguments.SelectMany(argument => Apart(Spell(argument))).ToArray();
        return spelled is [['-', '-', ..] first, ..] && first is not ("--help" or "--version") ? ["run", .. spelled] : spelled;
    }

    // --schedule= is the empty schedule; the parser would miss a value.
    private static string[] Apart(string argument) =>
        argument is ['-', '-', .. var name, '='] && Flags.All.Any(flag => flag.Name == name && !flag.IsSwitch) ? [argument[..^1], ""] : [argument];

    private static string Spell(string argument)
    {
        if (argument is not ['-', _, ..])
        {
            return argument;
        }

        var name = argument.TrimStart('-');
        var end = name.IndexOf('=', StringComparison.Ordinal);
        var (bare, rest) = end < 0 ? (name, "") : (name[..end], name[end..]);
        return bare.Length > 1 && Known.Contains(bare) ? "--" + Flags.Aliases.GetValueOrDefault(bare, bare) + rest : argument;
    }
}
