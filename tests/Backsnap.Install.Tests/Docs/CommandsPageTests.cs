using System.CommandLine;
using Backsnap.Host.Cli;
using Backsnap.Install.Tests.Running;
using Command = System.CommandLine.Command;

namespace Backsnap.Install.Tests.Docs;

/// <summary>docs/commands.md says of each command what <c>--help</c> says.</summary>
public sealed class CommandsPageTests
{
    private const string Name = "docs/commands.md";

    private static readonly HashSet<string> OperatorFlags = [.. Flags.All.Select(flag => flag.ToOption().Description!)];

    [Fact]
    public void The_page_of_commands_has_each_with_its_options_as_help_has_them()
    {
        var page = Repository.Read(Name);
        var expected = page[..page.IndexOf("\n## ", StringComparison.Ordinal)] + string.Concat(Commands.Root(_ => null).Subcommands.Select(Section));
        if (Environment.GetEnvironmentVariable("BACKSNAP_UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(Repository.At(Name), expected);
        }

        Assert.Equal(expected, Repository.Read(Name));
    }

    private static string Section(Command command) => $"\n## {command.Name}\n\n{command.Description}\n" + (command.Subcommands.Count > 0 ? Many(Ends(command, command.Name)) : One(command));

    private static string One(Command command) =>
        $"\n`{string.Join(' ', Arguments(command).Prepend($"backsnap {command.Name}").Concat(command.Options.Count > 0 ? ["[OPTIONS]"] : []))}`\n"
        + OfTheOperator(command)
        + (Own(command).Any() ? $"\n| option | |\n|---|---|\n{string.Concat(Own(command).Select(option => $"| {Names(option)} | {option.Description} |\n"))}" : "");

    // An option that several operations have stands there once, with their names.
    private static string Many(IReadOnlyList<(string Path, Command Command)> ends) =>
        $"\n| | |\n|---|---|\n{string.Concat(ends.Select(end => $"| `{string.Join(' ', Arguments(end.Command).Prepend($"backsnap {end.Path}"))}` | {end.Command.Description} |\n"))}"
        + "\n| option | of | |\n|---|---|---|\n"
        + string.Concat(ends.SelectMany(end => Own(end.Command).Select(option => (Row: (Names(option), option.Description), Of: end.Command.Name)))
            .GroupBy(option => option.Row).Select(same => $"| {same.Key.Item1} | {string.Join(", ", same.Select(option => option.Of))} | {same.Key.Description} |\n"));

    private static IReadOnlyList<(string Path, Command Command)> Ends(Command command, string path) =>
        command.Subcommands.Count > 0 ? [.. command.Subcommands.SelectMany(inner => Ends(inner, $"{path} {inner.Name}"))] : [(path, command)];

    private static IEnumerable<string> Arguments(Command command) => command.Arguments.Select(argument => argument.Name);

    private static IEnumerable<Option> Own(Command command) => command.Options.Where(option => !option.Hidden && !OperatorFlags.Contains(option.Description ?? ""));

    private static string OfTheOperator(Command command) => command.Options.Where(option => OperatorFlags.Contains(option.Description ?? "")).ToList() switch
    {
        [] => "",
        var all when all.Count == OperatorFlags.Count => "\nIt takes [the operator's flags](../README.md#flags) as well.\n",
        var some => $"\nOf [the operator's flags](../README.md#flags) it takes {string.Join(", ", some.Select(Names))}.\n",
    };

    private static string Names(Option option) => string.Join(", ", option.Aliases.Prepend(option.Name).Select(name => $"`{name}`"));
}
