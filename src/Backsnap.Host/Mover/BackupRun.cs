using System.Collections.Immutable;
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
    private volatile bool inContact;
    private long? deviceBytes;

    /// <summary>Runs it; what was saved stays saved whatever comes after.</summary>
    public async Task<(MoverOutcome Outcome, Warnings Warnings)> Run(CancellationToken stop)
    {
        if (Missing() is { } missing)
            return (MoverOutcome.Of(missing), Warnings.None);

        var (exit, listed) = await SaveAndList(stop).ConfigureAwait(false);
        if (exit.Ending is ResticEnding.Exited(RepositoryAbsent))
        {
            if (await Make(stop).ConfigureAwait(false) is { } failure)
                return (MoverOutcome.Of(failure), Warnings.None);
            (exit, listed) = await SaveAndList(stop).ConfigureAwait(false);
        }

        // Told to stop because the store could not be reached: the question for the snapshots knows why, restic would have asked on.
        return exit.Ending is ResticEnding.Interrupted && !stop.IsCancellationRequested && listed is SnapshotList.Unlisted(var unreachable)
            ? (MoverOutcome.Of(unreachable), Warnings.None)
            : await Conclude(exit, listed, stop).ConfigureAwait(false);
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
        var exit = await restic.Run(new ResticCall(["init", "--json"]) { Limit = request.Patience.ProbeLimit }, stop).ConfigureAwait(false);
        return exit.Succeeded ? null : HalfMade(exit) ?? FailureDiagnosis.Of(exit);
    }

    // restic stores the key first and the configuration second; one that was killed between leaves what no restic opens or makes again.
    // The same is seen where the configuration of a full repository was lost, so nothing is removed here.
    private static Failure? HalfMade(ResticExit exit) =>
        exit.Tail.Append(exit.ExitError ?? "").Any(line => line.Contains("already contains keys", StringComparison.Ordinal))
            ? new Failure(
                FailureKind.RepositoryDamaged with
                {
                    WayOut = "If it has no snapshots, its making was interrupted: delete its directory keys, and the next backup makes it anew. Else bring its file config back.",
                },
                "it has keys and no configuration")
            : null;

    /// <summary>
    /// Saves, and beside it asks for the snapshots that there are. That is what retention needs to know afterwards, and it is the first contact
    /// that has a time limit of its own: restic repeats most failures of a store for about fifteen minutes before it says so. A backup that
    /// has come further than the question, however, is left alone.
    /// </summary>
    private async Task<(ResticExit Exit, SnapshotList Listed)> SaveAndList(CancellationToken stop)
    {
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var progress = new ProgressLog("backup", log);
        var saving = new RepositoryLocks(restic, request.Patience, log).Run(new ResticCall(Arguments()) { OnMessage = message => Hear(message, progress) }, giveUp.Token);
        var listing = SnapshotList.Of(restic, request.Source, request.Patience.ProbeLimit, enough.Token);
        if (await Task.WhenAny(saving, listing).ConfigureAwait(false) == listing
            && await listing.ConfigureAwait(false) is SnapshotList.Unlisted(var failure) && failure.Kind != FailureKind.RepositoryMissing && !inContact)
            await giveUp.CancelAsync().ConfigureAwait(false);

        var exit = await saving.ConfigureAwait(false);
        if (!(exit.Succeeded || exit.Incomplete))
            await enough.CancelAsync().ConfigureAwait(false);
        return (exit, await listing.ConfigureAwait(false));
    }

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

    private ImmutableArray<string> Arguments() =>
    [
        "backup", "--json",
        $"--host={request.Source.Host}",
        // restic's default, said so that no future one parts a claim's snapshots: the parent is the newest of this host and path.
        "--group-by=host,paths",
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
        if (message is ResticMessage.Progress)
            inContact = true;
        else if (message is ResticMessage.Backed backed)
            summary = backed;
        else if (message is ResticMessage.FileError(var item, var why) && unread.TryAdd(item, why) && unread.Count <= Warnings.Kept)
            log.Line($"cannot read {item}: {why}");
    }

    private Warnings UnreadWarnings() =>
        new(unread.Count, [.. unread.Take(Warnings.Kept).Select(pair => $"{pair.Key}: {pair.Value}")]);
}
