using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Backsnap.Domain.Movers;

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
    private readonly SecureShell? shell;
    private readonly MoverLog log;
    private readonly ResultFile resultFile;
    private readonly long started = Stopwatch.GetTimestamp();

    public MoverSession(MoverOptions options, MoverSurroundings surroundings)
    {
        map = PathMap.Parse(surroundings.Environment.GetValueOrDefault(PathMap.Variable));
        var files = surroundings.Environment.GetValueOrDefault(RepositoryFiles.Directory);
        string? Find(string path) => File.Exists(map.Apply(path)) ? map.Apply(path) : null;
        string? FileOf(string name) => files is { Length: > 0 } ? Find(Path.Combine(files, name)) : null;
        surroundings = surroundings with { Environment = ResticEnvironment.WithFiles(ResticEnvironment.WithAuthority(surroundings.Environment, Find), FileOf) };
        this.options = options with
        {
            Repository = RepositoryOf(options, surroundings.Environment.GetValueOrDefault("RESTIC_REPOSITORY")),
            ResticPath = options.ResticPath ?? surroundings.Environment.GetValueOrDefault("BACKSNAP_RESTIC"),
        };
        this.surroundings = surroundings;
        shell = SecureShell.For(this.options.Repository ?? "", FileOf);

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

    private Task<(MoverOutcome Outcome, Warnings Warnings)> Outcome(MoverRequest request, CancellationToken stop)
    {
        var restic = Restic();
        return request switch
        {
            MoverRequest.Backup(var backup) => Backup(backup, restic, stop),
            MoverRequest.Resolve(var resolve) => With(restic, async tool => (await ResolveRun.Run(resolve, tool.Restic, stop).ConfigureAwait(false), Warnings.None), stop),
            MoverRequest.Restore(var restore) => With(restic, tool => new RestoreRun(restore, tool, log).Run(stop), stop),
            MoverRequest.Prune(var prune) => With(restic, async tool => (await PruneRun.Run(prune, tool.Restic, log, stop).ConfigureAwait(false), Warnings.None), stop),
            MoverRequest.Check(var check) => With(restic, tool => new CheckRun(check, tool.Restic, log).Run(stop), stop),
            MoverRequest.Refused(var why) => Task.FromResult(Refused(why)),
        };
    }

    private async Task<CheckedRestic> Check(Restic restic, CancellationToken stop)
    {
        var tool = await CheckedRestic.Check(restic, stop).ConfigureAwait(false);
        var operation = options.Operation.ToString().ToLowerInvariant();
        var volume = options.Path is null ? "" : $" of {options.Path}, host {options.Host},";
        if (tool is CheckedRestic.Usable { Version: var version })
            log.Line($"{operation}{volume} repository {options.Repository}, restic {version}");
        return tool;
    }

    private async Task<(MoverOutcome Outcome, Warnings Warnings)> With(
        Restic restic, Func<CheckedRestic.Usable, Task<(MoverOutcome Outcome, Warnings Warnings)>> run, CancellationToken stop) =>
        await Check(restic, stop).ConfigureAwait(false) switch
        {
            CheckedRestic.Unusable(var failure) => (MoverOutcome.Of(failure), Warnings.None),
            CheckedRestic.Usable tool => await run(tool).ConfigureAwait(false),
        };

    // A backup does not wait for the answer, nor even for the question to be put: one that is too old makes no repository, as it knows no exit
    // code 10, and what it saves is whole.
    private async Task<(MoverOutcome Outcome, Warnings Warnings)> Backup(BackupRequest request, Restic restic, CancellationToken stop)
    {
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var running = new BackupRun(request, restic.WithFeatures(), log, outcome => resultFile.Write(Result(outcome, Warnings.None))).Run(giveUp.Token);
        var tool = await Check(restic, stop).ConfigureAwait(false);
        if (tool is CheckedRestic.Unusable)
            await giveUp.CancelAsync().ConfigureAwait(false);
        var ended = await running.ConfigureAwait(false);
        return tool is CheckedRestic.Unusable(var failure) && ended.Outcome is MoverOutcome.Failed ? (MoverOutcome.Of(failure), Warnings.None) : ended;
    }

    private Restic Restic() => new(
        options.ResticPath is { Length: > 0 } path ? path : "restic",
        ResticEnvironment.For(surroundings.Environment, options.Repository ?? "", CacheDirectory()),
        StallLimits.Default with { Stop = options.StallTimeout is { } text ? GoDuration.Read(text) : null },
        options.Nice is { } level ? Niceness.Read(level) ?? Niceness.None : Niceness.None,
        log)
    {
        Shell = shell,
    };

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
