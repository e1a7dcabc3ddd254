using System.Collections.Immutable;
using Backsnap.Host.Mover.HalfMade;
using NodaTime;
using NodaTime.Text;

namespace Backsnap.Host.Mover;

/// <summary>A backup: save the volume, into a repository that is made if there is none, then apply retention.</summary>
/// <param name="request">What to save.</param>
/// <param name="restic">Runs restic.</param>
/// <param name="log">The log.</param>
/// <param name="report">Told what is certain so far, so that a kill during what follows does not lose it.</param>
internal sealed class BackupRun(BackupRequest request, Restic restic, MoverLog log, Action<MoverOutcome> report)
{
    private static readonly LocalDateTimePattern ResticTime = LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd HH:mm:ss");

    private readonly Dictionary<string, string> unread = new(StringComparer.Ordinal);
    private ResticMessage.Backed? summary;
    private long? deviceBytes;

    /// <summary>Runs it; what was saved stays saved whatever comes after.</summary>
    public async Task<(MoverOutcome Outcome, Warnings Warnings)> Run(CancellationToken stop)
    {
        if (Missing() is { } missing)
            return (MoverOutcome.Of(missing), Warnings.None);

        var (exit, listed) = await SaveAndList(isFirst: false, stop).ConfigureAwait(false);
        if (exit.Ending is ResticEnding.Exited(RepositoryAbsent))
        {
            if (await Make(stop).ConfigureAwait(false) is { } failure)
                return (MoverOutcome.Of(failure), Warnings.None);
            (exit, listed) = await SaveAndList(isFirst: true, stop).ConfigureAwait(false);
        }

        return await Conclude(exit, listed, stop).ConfigureAwait(false);
    }

    private const int RepositoryAbsent = 10;

    private Failure? Missing()
    {
        if (!request.Source.IsDevice)
            return Directory.Exists(request.Source.Path.OnDisk) ? null : Failure.BadConfiguration($"there is no directory {request.Source.Path.Asked} to back up");
        deviceBytes = BlockDevice.Length(request.Source.Path.OnDisk);
        return deviceBytes is null ? Failure.BadConfiguration($"there is no device {request.Source.Path.OnDisk} that can be read") : null;
    }

    // Only here, and only on exit code 10: a restore that makes its repository restores nothing and calls it success.
    private async Task<Failure?> Make(CancellationToken stop)
    {
        log.Line("there is no repository yet: it is made now");
        var exit = await Initialize(stop).ConfigureAwait(false);
        if (IsHalfMade(exit))
        {
            var left = new HalfMadeRepository(request.Source.Repository, restic.Environment, request.Patience, log);
            if (await left.Clear(stop).ConfigureAwait(false) is { } kept)
                return kept;
            exit = await Initialize(stop).ConfigureAwait(false);
        }

        return exit.Succeeded ? null : FailureDiagnosis.Of(exit);
    }

    private Task<ResticExit> Initialize(CancellationToken stop) => restic.Run(new ResticCall(["init", "--json"]) { Limit = request.Patience.ProbeLimit }, stop);

    // restic stores the key first and the configuration second, and makes nothing where a key is.
    private static bool IsHalfMade(ResticExit exit) => !exit.Succeeded && exit.Tail.Append(exit.ExitError ?? "").Any(line => line.Contains("already contains keys", StringComparison.Ordinal));

    /// <summary>
    /// Saves, at once: whether the store answers, holds a repository and takes the password is seen by the backup itself, and a question before it
    /// would cost what opening the repository costs. What retention needs to know afterwards is asked beside it.
    /// </summary>
    private async Task<(ResticExit Exit, SnapshotList Listed)> SaveAndList(bool isFirst, CancellationToken stop)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var progress = new ProgressLog("backup", log);
        var call = new ResticCall(Arguments(isFirst)) { ContactLimit = request.Patience.ProbeLimit, OnMessage = message => Hear(message, progress) };
        var saving = new RepositoryLocks(restic, request.Patience, log).Run(call, stop);
        var listing = List(progress, enough.Token);
        var exit = await saving.ConfigureAwait(false);
        if (!(exit.Succeeded || exit.Incomplete) || request.Keep is null)
            await enough.CancelAsync().ConfigureAwait(false);
        return (exit, await listing.ConfigureAwait(false));
    }

    // Without retention the list serves the progress alone, which nobody misses in a short backup.
    private async Task<SnapshotList> List(ProgressLog progress, CancellationToken stop)
    {
        if (deviceBytes is { } size)
            progress.Expect(size);
        if (request.Keep is null)
            await Task.Delay(ShortBackup, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var listed = await SnapshotList.Of(restic, request.Source, stop).ConfigureAwait(false);
        if (deviceBytes is null && listed is SnapshotList.Listed { Snapshots: { IsEmpty: false } snapshots })
            progress.Expect(snapshots.MaxBy(snapshot => snapshot.Time)?.Figures?.BytesProcessed ?? 0);
        return listed;
    }

    private static readonly TimeSpan ShortBackup = TimeSpan.FromSeconds(20);

    private async Task<(MoverOutcome Outcome, Warnings Warnings)> Conclude(ResticExit exit, SnapshotList listed, CancellationToken stop)
    {
        if (!(exit.Succeeded || exit.Incomplete) || summary is not { SnapshotId: { } id } saved || !SnapshotQuery.IsFullId(id))
        {
            var failure = exit.Succeeded ? new Failure(FailureKind.Other, "it reported success without a snapshot") : FailureDiagnosis.Of(exit);
            return (MoverOutcome.Of(failure), UnreadWarnings());
        }

        var snapshot = new SnapshotInfo(
            id,
            request.Time ?? saved.Start ?? SystemClock.Instance.GetCurrentInstant(),
            request.Source.Host,
            [request.Source.Path.Recorded],
            Tags,
            saved.Figures);
        if (deviceBytes is { } size && saved.Figures.BytesProcessed != size)
            return (MoverOutcome.Of(new Failure(FailureKind.Other, $"snapshot {id[..8]} has {saved.Figures.BytesProcessed} bytes of a device of {size}")), UnreadWarnings());
        log.Line($"saved snapshot {id}");
        var outcome = new MoverOutcome.Saved(snapshot, saved.Figures, exit.Incomplete ? Math.Max(1, unread.Count) : 0, null);
        report(outcome with { Forget = request.Keep is null ? null : new ForgetReport(0, 0, "the mover ended before retention was done") });

        var forgotten = await new ForgetRun(request, restic, log).Run(snapshot, listed, stop).ConfigureAwait(false);
        return (
            outcome with { Forget = forgotten.Report, Withheld = forgotten.Withheld },
            forgotten.Warning is { } warning ? UnreadWarnings().Add(warning) : UnreadWarnings());
    }

    private ImmutableArray<string> Tags =>
        deviceBytes is { } size ? request.Tags.Add(BlockDevice.SizeTag(size))
        : request.Source.Path.IsMapped ? request.Tags.Add(request.Source.Path.Tag)
        : request.Tags;

    private ImmutableArray<string> Arguments(bool isFirst) =>
    [
        "backup", "--json",
        $"--host={request.Source.Host}",
        // restic's default, said so that no future one parts a claim's snapshots: the parent is the newest of this host and path.
        "--group-by=host,paths",
        // Counting a volume beforehand is a second walk through all of its directories. What it held last time says as much.
        .. isFirst ? Array.Empty<string>() : ["--no-scan"],
        .. request.Source.IsDevice ? [] : request.Selection.Arguments(request.Source.Path.OnDisk),
        .. Tags.Select(tag => $"--tag={tag}"),
        .. request.Time is { } time ? new[] { $"--time={ResticTime.Format(time.InUtc().LocalDateTime)}" } : [],
        // A command rather than a pipe from here: were the mover killed, the pipe would end like a whole device; a command that fails saves nothing.
        .. request.Source.IsDevice
            ? (ImmutableArray<string>)["--stdin-from-command", $"--stdin-filename={request.Source.Path.Recorded}", "--", .. BlockDevice.ReadCommand(request.Source.Path.OnDisk)]
            : ["--", request.Source.Path.OnDisk],
    ];

    private void Hear(ResticMessage message, ProgressLog progress)
    {
        progress.Hear(message);
        if (message is ResticMessage.Backed backed)
            summary = backed;
        else if (message is ResticMessage.FileError(var item, var why) && unread.TryAdd(item, why) && unread.Count <= Warnings.Kept)
            log.Line($"cannot read {item}: {why}");
    }

    private Warnings UnreadWarnings() =>
        new(unread.Count, [.. unread.Take(Warnings.Kept).Select(pair => $"{pair.Key}: {pair.Value}")]);
}
