using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Backsnap.Host.Mover;

/// <summary>What surrounds a mover: everything it takes from its process, so that tests can give it another.</summary>
/// <param name="Environment">The process's environment.</param>
/// <param name="Out">Where the log goes.</param>
/// <param name="Stop">Fires when the mover shall stop, beside the signals of the process.</param>
internal sealed record MoverSurroundings(IReadOnlyDictionary<string, string> Environment, TextWriter Out, CancellationToken Stop)
{
    /// <summary>This process's own.</summary>
    public static MoverSurroundings OfProcess() => new(
        System.Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>()
            .ToImmutableDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "", StringComparer.Ordinal),
        Console.Out,
        CancellationToken.None);
}

/// <summary>One run of the mover from its options to its exit code. Whatever happens within, a true result is left.</summary>
internal sealed class MoverSession
{
    private readonly MoverOptions options;
    private readonly MoverSurroundings surroundings;
    private readonly PathMap map;
    private readonly MoverLog log;
    private readonly ResultFile resultFile;
    private readonly long started = Stopwatch.GetTimestamp();

    public MoverSession(MoverOptions options, MoverSurroundings surroundings)
    {
        map = PathMap.Parse(surroundings.Environment.GetValueOrDefault(PathMap.Variable));
        surroundings = surroundings with { Environment = ResticEnvironment.WithAuthority(surroundings.Environment, path => File.Exists(map.Apply(path)) ? map.Apply(path) : null) };
        this.options = options with
        {
            Repository = RepositoryOf(options, surroundings.Environment.GetValueOrDefault("RESTIC_REPOSITORY")),
            ResticPath = options.ResticPath ?? surroundings.Environment.GetValueOrDefault("BACKSNAP_RESTIC"),
        };
        this.surroundings = surroundings;

        // The address given by option may hold a password as the variable may.
        var mask = new SecretMask(ResticEnvironment.Secrets(ResticEnvironment.For(surroundings.Environment, this.options.Repository ?? "", "")));
        log = new MoverLog(surroundings.Out, mask);
        resultFile = new ResultFile(map.Apply(options.ResultFile ?? ResultFile.DefaultPath), create: options.ResultFile is not null, mask, log);
    }

    /// <summary>Runs to the end, or until SIGTERM or SIGINT, on which restic is stopped cleanly first.</summary>
    /// <returns>The exit code: that of <see cref="FailureKind"/>, 0 or 3.</returns>
    public async Task<int> Run()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(surroundings.Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Interrupt(signal, stop));
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => Interrupt(signal, stop));

        // A kill that cannot be caught, or one for memory, leaves this.
        resultFile.Write(Result(MoverOutcome.Of(new Failure(FailureKind.Interrupted, "it ended before it could report")), Warnings.None));
        var (outcome, warnings) = await Outcome(stop.Token).ConfigureAwait(false);
        var result = Result(outcome, warnings);
        resultFile.Write(result);
        Tell(result);
        return outcome.ExitCode;
    }

    // A Secret of the claim's namespace may name another base; where it does not, the operator's word stands.
    private static string? RepositoryOf(MoverOptions options, string? variable) =>
        options.RepositoryBelow is { Length: > 0 } below && variable is { Length: > 0 } @base ? $"{@base.TrimEnd('/')}/{below}" : options.Repository ?? variable;

    private static void Interrupt(PosixSignalContext signal, CancellationTokenSource stop)
    {
        signal.Cancel = true;
        stop.Cancel();
    }

    private async Task<(MoverOutcome Outcome, Warnings Warnings)> Outcome(CancellationToken stop)
    {
        try
        {
            var request = MoverRequest.Of(options, map);
            return request is MoverRequest.Refused(var why) ? Refused(why)
                : !ResticEnvironment.HasPassword(surroundings.Environment)
                    ? Refused("no password: set RESTIC_PASSWORD, RESTIC_PASSWORD_FILE or RESTIC_PASSWORD_COMMAND")
                : await Outcome(request, stop).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            log.Line(error.ToString());
            return (MoverOutcome.Of(new Failure(FailureKind.Other, $"the mover itself failed: {error.Message}")), Warnings.None);
        }
    }

    private async Task<(MoverOutcome Outcome, Warnings Warnings)> Outcome(MoverRequest request, CancellationToken stop) =>
        await CheckedRestic.Check(Restic(), stop).ConfigureAwait(false) switch
        {
            CheckedRestic.Unusable(var failure) => (MoverOutcome.Of(failure), Warnings.None),
            CheckedRestic.Usable tool => await Outcome(request, tool, stop).ConfigureAwait(false),
        };

    private async Task<(MoverOutcome Outcome, Warnings Warnings)> Outcome(MoverRequest request, CheckedRestic.Usable tool, CancellationToken stop)
    {
        var operation = options.Operation.ToString().ToLowerInvariant();
        var volume = options.Path is null ? "" : $" of {options.Path}, host {options.Host},";
        log.Line($"{operation}{volume} repository {options.Repository}, restic {tool.Version}");
        return request switch
        {
            MoverRequest.Backup(var backup) => await new BackupRun(backup, tool.Restic, log, outcome => resultFile.Write(Result(outcome, Warnings.None))).Run(stop).ConfigureAwait(false),
            MoverRequest.Resolve(var resolve) => (await ResolveRun.Run(resolve, tool.Restic, stop).ConfigureAwait(false), Warnings.None),
            MoverRequest.Restore(var restore) => await new RestoreRun(restore, tool, log).Run(stop).ConfigureAwait(false),
            MoverRequest.Prune(var prune) => (await PruneRun.Run(prune, tool.Restic, log, stop).ConfigureAwait(false), Warnings.None),
            MoverRequest.Check(var check) => await new CheckRun(check, tool.Restic, log).Run(stop).ConfigureAwait(false),
            MoverRequest.Refused(var why) => Refused(why),
        };
    }

    private Restic Restic() => new(
        options.ResticPath is { Length: > 0 } path ? path : "restic",
        ResticEnvironment.For(surroundings.Environment, options.Repository ?? "", CacheDirectory()),
        StallLimits.Default with { Stop = options.StallTimeout is { } text ? GoDuration.Read(text) : null },
        options.Nice is { } level ? Niceness.Read(level) ?? Niceness.None : Niceness.None,
        log);

    private string CacheDirectory() =>
        options.CacheDirectory is { Length: > 0 } given ? map.Apply(given)
        : surroundings.Environment.GetValueOrDefault("RESTIC_CACHE_DIR") is { Length: > 0 } set ? set
        : Directory.Exists(map.Apply("/cache")) ? map.Apply("/cache")
        : Path.Combine(Path.GetTempPath(), "backsnap-restic-cache");

    private MoverResult Result(MoverOutcome outcome, Warnings warnings) =>
        new(options.Operation, outcome, Stopwatch.GetElapsedTime(started).TotalSeconds, warnings);

    private void Tell(MoverResult result)
    {
        log.Line(ResultText.Sentence(result));
        if (result.Outcome is MoverOutcome.Failed { Available: { Length: > 0 } available })
            foreach (var snapshot in available)
                log.Line($"  {snapshot.Id[..Math.Min(8, snapshot.Id.Length)]}  {Rfc3339.Write(snapshot.Time)}");
    }

    private static (MoverOutcome Outcome, Warnings Warnings) Refused(string why) => (MoverOutcome.Of(Failure.BadConfiguration(why)), Warnings.None);
}
