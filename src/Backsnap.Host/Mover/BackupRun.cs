using System.Collections.Immutable;
using NodaTime;
using NodaTime.Text;

namespace Backsnap.Host.Mover;

/// <summary>A backup: make the repository if there is none, save the volume, apply retention.</summary>
internal sealed class BackupRun(BackupRequest request, Restic restic, MoverLog log)
{
    private static readonly LocalDateTimePattern ResticTime = LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd HH:mm:ss");

    private readonly Dictionary<string, string> unread = new(StringComparer.Ordinal);
    private ResticMessage.Backed? summary;

    /// <summary>Runs it; what was saved stays saved whatever comes after.</summary>
    public async Task<(MoverOutcome Outcome, Warnings Warnings)> Run(CancellationToken stop)
    {
        if (!Directory.Exists(request.Source.Path.OnDisk))
            return (MoverOutcome.Of(Failure.BadConfiguration($"there is no directory {request.Source.Path.Asked} to back up")), Warnings.None);

        return await Probe.Ask(restic, request.Patience, stop).ConfigureAwait(false) switch
        {
            RepositoryState.Present => await Save(stop).ConfigureAwait(false),
            RepositoryState.Absent => await Make(stop).ConfigureAwait(false) is { } failure
                ? (MoverOutcome.Of(failure), Warnings.None)
                : await Save(stop).ConfigureAwait(false),
            RepositoryState.Unusable(var failure) => (MoverOutcome.Of(failure), Warnings.None),
        };
    }

    // Only here, and only on exit code 10: a restore that makes its repository restores nothing and calls it success.
    private async Task<Failure?> Make(CancellationToken stop)
    {
        log.Line("there is no repository yet: it is made now");
        var exit = await restic.Run(new ResticCall(["init", "--json"]) { Limit = request.Patience.ProbeLimit }, stop).ConfigureAwait(false);
        return exit.Succeeded ? null : FailureDiagnosis.Of(exit);
    }

    private async Task<(MoverOutcome Outcome, Warnings Warnings)> Save(CancellationToken stop)
    {
        var progress = new ProgressLog("backup", log);
        var exit = await restic.Run(new ResticCall(Arguments()) { OnMessage = message => Hear(message, progress) }, stop).ConfigureAwait(false);
        if (!(exit.Succeeded || exit.Incomplete) || summary is not { SnapshotId: { } id } saved || !SnapshotQuery.IsFullId(id))
        {
            var failure = exit.Succeeded ? new Failure(FailureKind.Other, "it reported success without a snapshot") : FailureDiagnosis.Of(exit);
            return (MoverOutcome.Of(failure), UnreadWarnings());
        }

        var snapshot = new SnapshotInfo(
            id,
            request.Time ?? saved.Start ?? SystemClock.Instance.GetCurrentInstant(),
            request.Source.Host,
            [request.Source.Path.OnDisk],
            Tags,
            saved.Figures);
        log.Line($"saved snapshot {id}");
        var (forget, warning) = await new ForgetRun(request, restic, log).Run(snapshot, stop).ConfigureAwait(false);
        var warnings = warning is null ? UnreadWarnings() : UnreadWarnings().Add(warning);
        return (new MoverOutcome.Saved(snapshot, saved.Figures, exit.Incomplete ? Math.Max(1, unread.Count) : 0, forget), warnings);
    }

    private ImmutableArray<string> Tags => request.Source.Path.IsMapped ? request.Tags.Add(request.Source.Path.Tag) : request.Tags;

    private ImmutableArray<string> Arguments() =>
    [
        "backup", "--json",
        $"--host={request.Source.Host}",
        $"--retry-lock={request.Patience.RetryLock}",
        $"--exclude={Literal(request.Source.Path.OnDisk)}/lost+found",
        .. Tags.Select(tag => $"--tag={tag}"),
        .. request.Time is { } time ? new[] { $"--time={ResticTime.Format(time.InUtc().LocalDateTime)}" } : [],
        "--", request.Source.Path.OnDisk,
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

    // A path is no pattern: what a pattern would read as one is escaped.
    private static string Literal(string path) =>
        string.Concat(path.Select(letter => letter is '*' or '?' or '[' or '\\' ? $"\\{letter}" : letter.ToString()));
}
