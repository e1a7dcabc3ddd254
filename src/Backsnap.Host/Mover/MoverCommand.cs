using System.CommandLine;
using System.CommandLine.Parsing;

namespace Backsnap.Host.Mover;

/// <summary>
/// <c>backsnap mover</c>: what runs in a Job's pod. Wrong or missing values are reported as every other failure is, in the result file and
/// with an exit code of their own, because in a pod nobody reads a usage text.
/// </summary>
public static class MoverCommand
{
    /// <summary>The command with its subcommands <c>backup</c>, <c>resolve</c>, <c>restore</c> and <c>maintain prune|check</c>.</summary>
    public static Command Create() => Create(MoverSurroundings.OfProcess);

    internal static Command Create(Func<MoverSurroundings> surroundings)
    {
        var command = new Command("mover", "Move a volume's data into a restic repository or back (runs in a Job's pod).");
        command.Subcommands.Add(Subcommand(Operation.Backup, "Save the volume as a snapshot, then apply retention.", surroundings));
        command.Subcommands.Add(Subcommand(Operation.Resolve, "Find the snapshot that a restore will use; changes nothing.", surroundings));
        command.Subcommands.Add(Subcommand(Operation.Restore, "Put one snapshot's content into the volume.", surroundings));
        var maintain = new Command("maintain", "Look after a whole repository, apart from backups.");
        maintain.Subcommands.Add(Subcommand(Operation.Prune, "Free what no snapshot refers to any more.", surroundings));
        maintain.Subcommands.Add(Subcommand(Operation.Check, "Verify the repository's structure and, on request, a part of its data.", surroundings));
        command.Subcommands.Add(maintain);
        command.Subcommands.Add(ReadDevice());
        return command;
    }

    // What restic runs to read a block device; not for people.
    private static Command ReadDevice()
    {
        var path = new Argument<string>("path") { Description = "The device." };
        var command = new Command(BlockDevice.ReadOperation, "Print a block device whole.") { Hidden = true };
        command.Arguments.Add(path);
        command.SetAction(parsed =>
        {
            using var output = Console.OpenStandardOutput();
            return BlockDevice.Print(parsed.GetValue(path) ?? "", output, Console.Error);
        });
        return command;
    }

    /// <summary>
    /// Ends a mover whose command line the parser does not accept as every other failure ends; null where no operation of the mover was meant.
    /// </summary>
    internal static int? Refuse(ParseResult parsed, string mistakes) => Refuse(parsed, mistakes, MoverSurroundings.OfProcess);

    internal static int? Refuse(ParseResult parsed, string mistakes, Func<MoverSurroundings> surroundings) =>
        parsed.CommandResult is { Command.Name: var name, Parent: CommandResult { Command.Name: "mover" or "maintain" } } && name != "maintain" && Enum.TryParse<Operation>(name, ignoreCase: true, out var operation)
            ? new MoverSession(new MoverOptions(operation) { Misread = mistakes, ResultFile = Value(parsed, "--result-file") }, surroundings()).Run().GetAwaiter().GetResult()
            : null;

    private static string? Value(ParseResult parsed, string option) =>
        parsed.CommandResult.Children.OfType<OptionResult>().FirstOrDefault(result => result.Option.Name == option)?.Tokens is [var token, ..] ? token.Value : null;

    private static Command Subcommand(Operation operation, string description, Func<MoverSurroundings> surroundings)
    {
        var flags = new MoverFlags(operation);
        var command = new Command(operation.ToString().ToLowerInvariant(), description);
        foreach (var option in flags.All)
            command.Options.Add(option);

        // Synchronous on purpose: the library's handler for asynchronous actions ends the process two seconds after SIGTERM.
        command.SetAction(parsed => new MoverSession(flags.Read(parsed), surroundings()).Run().GetAwaiter().GetResult());
        return command;
    }
}
