using System.CommandLine;
using Backsnap.Host.Mover;
using Backsnap.Host.Tree;

namespace Backsnap.Host.Cli;

/// <summary>The program: its commands, and how a command line that makes no sense is answered.</summary>
internal static class Commands
{
    // An argument such as @daily is a schedule, not the name of a file with more arguments.
    private static readonly ParserConfiguration Words = new() { ResponseFileTokenReplacer = null };

    /// <summary>Runs the command that the arguments name.</summary>
    /// <param name="arguments">The arguments, in the original's forms or ours.</param>
    /// <param name="environment">The environment variables that stand in for flags.</param>
    /// <returns>The exit status: 0, <see cref="Complaint.BadInput"/>, <see cref="Complaint.Unable"/>, or the mover's own.</returns>
    public static int Run(string[] arguments, Func<string, string?> environment)
    {
        var root = arguments is ["mover", ..] ? MoverAlone() : Root(environment);
        if (arguments is [] or ["help"])
        {
            return root.Parse("--help").Invoke();
        }

        var parsed = root.Parse(CommandLine.Normalize(arguments is ["help", .. var about] ? [.. about, "--help"] : arguments), Words);
        if (arguments is ["help", var what, ..] && parsed.CommandResult.Command == root)
        {
            return Complaint.Say(Complaint.BadInput, $"there is no command '{what}'; see 'backsnap --help'");
        }

        if (parsed.Errors.Count == 0)
        {
            return parsed.Invoke(new InvocationConfiguration { ProcessTerminationTimeout = null });
        }

        var mistakes = Misreading.Sentences(parsed.Errors);
        return MoverCommand.Refuse(parsed, string.Join("; ", mistakes))
            ?? Complaint.Say(Complaint.BadInput, mistakes.Select(mistake => $"{mistake}; see 'backsnap {Misreading.Path(parsed.CommandResult)}--help'"));
    }

    private const string Purpose = "Backs up the persistent volumes of a Kubernetes cluster with restic, and brings them back.";

    // A mover starts for every backup, and every command that is made for nothing makes it start later.
    private static RootCommand MoverAlone() => new(Purpose) { MoverCommand.Create() };

    /// <summary>All commands with their options.</summary>
    /// <param name="environment">The environment variables that stand in for flags.</param>
    public static RootCommand Root(Func<string, string?> environment) =>
        new(Purpose)
        {
            RunCommand.Create(environment),
            PlanCommand.Create(environment),
            ExplainCommand.Create(environment),
            ScheduleCommand.Create(),
            PasswordCommand.Create(environment),
            SandboxCommand.Create(),
            MoverCommand.Create(),
            TreeCommand.Create(),
            CustomResources.CreateCommand(),
            VersionCommand.Create(),
        };
}
