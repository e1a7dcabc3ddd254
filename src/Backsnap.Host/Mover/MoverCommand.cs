using System.CommandLine;
using System.CommandLine.Parsing;

namespace Backsnap.Host.Mover;

/// <summary>
/// <c>backsnap mover</c>: what runs in a Job's pod. Wrong or missing values are reported as every other failure is, in the result file and
/// with an exit code of their own, because in a pod nobody reads a usage text.
/// </summary>
public static class MoverCommand
{
    /// <summary>The command with its subcommands <c>backup</c>, <c>resolve</c> and <c>restore</c>.</summary>
    public static Command Create() => Create(MoverSurroundings.OfProcess);

    internal static Command Create(Func<MoverSurroundings> surroundings)
    {
        var command = new Command("mover", "Move a volume's data into a restic repository or back (runs in a Job's pod).");
        command.Subcommands.Add(Subcommand(Operation.Backup, "Save the volume as a snapshot, then apply retention.", surroundings));
        command.Subcommands.Add(Subcommand(Operation.Resolve, "Find the snapshot that a restore will use; changes nothing.", surroundings));
        command.Subcommands.Add(Subcommand(Operation.Restore, "Put one snapshot's content into the volume.", surroundings));
        return command;
    }

    /// <summary>
    /// Ends a mover whose command line the parser does not accept as every other failure ends; null where no operation of the mover was meant.
    /// </summary>
    internal static int? Refuse(ParseResult parsed, string mistakes) => Refuse(parsed, mistakes, MoverSurroundings.OfProcess);

    internal static int? Refuse(ParseResult parsed, string mistakes, Func<MoverSurroundings> surroundings) =>
        parsed.CommandResult is { Command.Name: var name, Parent: CommandResult { Command.Name: "mover" } } && Enum.TryParse<Operation>(name, ignoreCase: true, out var operation)
            ? new MoverSession(new MoverOptions(operation) { Misread = mistakes, ResultFile = Value(parsed, "--result-file") }, surroundings()).Run().GetAwaiter().GetResult()
            : null;

    private static string? Value(ParseResult parsed, string option) =>
        parsed.CommandResult.Children.OfType<OptionResult>().FirstOrDefault(result => result.Option.Name == option)?.Tokens is [var token, ..] ? token.Value : null;

    private static Command Subcommand(Operation operation, string description, Func<MoverSurroundings> surroundings)
    {
        var repository = Text("--repository", "Address of the restic repository (default: RESTIC_REPOSITORY).");
        var host = Text("--host", "Host of the snapshots: the claim's namespace.");
        var path = Text("--path", "Where the volume is mounted, as the snapshots record it: /data.");
        var cache = Text("--cache-dir", "Directory of restic's cache (default: RESTIC_CACHE_DIR, /cache if it is there, else the temporary directory).");
        var retryLock = Text("--retry-lock", "How long to wait for a lock of the repository (default: 5m).");
        var probe = Text("--probe-timeout", "How long the first contact with the repository may take (default: 60s).");
        var stall = Text("--stall-timeout", "Stop restic when nothing has moved for so long (default: never; stalls of 5m are logged).");
        var resultFile = Text("--result-file", "Where to leave the result as JSON (default: /dev/termination-log, if it is there).");
        var restic = Text("--restic", "The restic program (default: BACKSNAP_RESTIC, else restic on PATH).");
        var tags = new Option<string[]>("--tag") { Description = "A tag for the snapshot; may be repeated.", AllowMultipleArgumentsPerToken = false };
        var keep = Text("--keep", "Which snapshots to keep, as in last=1,hourly=12,daily=7,weekly=2,monthly=2 (default: all).");
        var time = Text("--time", "The snapshot's time, RFC 3339 (default: now).");
        var snapshot = Text(
            "--snapshot", operation == Operation.Restore ? "The snapshot's whole id, 64 digits." : "Id of a snapshot, or its beginning, or latest.");
        var asOf = Text("--as-of", "The newest snapshot not after this time, RFC 3339.");

        var command = new Command(operation.ToString().ToLowerInvariant(), description);
        Option[] own = operation switch
        {
            Operation.Backup => [tags, keep, time],
            Operation.Resolve => [snapshot, asOf],
            _ => [snapshot],
        };
        foreach (var option in (Option[])[repository, host, path, .. own, cache, retryLock, probe, stall, resultFile, restic])
            command.Options.Add(option);

        // Synchronous on purpose: the library's handler for asynchronous actions ends the process two seconds after SIGTERM.
        command.SetAction(parsed => new MoverSession(
            new MoverOptions(operation)
            {
                Repository = parsed.GetValue(repository),
                Host = parsed.GetValue(host),
                Path = parsed.GetValue(path),
                Tags = [.. operation == Operation.Backup ? parsed.GetValue(tags) ?? [] : []],
                Keep = operation == Operation.Backup ? parsed.GetValue(keep) : null,
                Time = operation == Operation.Backup ? parsed.GetValue(time) : null,
                Snapshot = operation == Operation.Backup ? null : parsed.GetValue(snapshot),
                AsOf = operation == Operation.Resolve ? parsed.GetValue(asOf) : null,
                CacheDirectory = parsed.GetValue(cache),
                RetryLock = parsed.GetValue(retryLock),
                ProbeTimeout = parsed.GetValue(probe),
                StallTimeout = parsed.GetValue(stall),
                ResultFile = parsed.GetValue(resultFile),
                ResticPath = parsed.GetValue(restic),
            },
            surroundings()).Run().GetAwaiter().GetResult());
        return command;
    }

    private static Option<string?> Text(string name, string description) => new(name) { Description = description };
}
