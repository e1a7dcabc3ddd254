using Backsnap.Domain.Objects;
using Backsnap.Host.Metrics;
using Backsnap.Kubernetes;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace Backsnap.Host.Operator.Events;

/// <summary>
/// Writes what waits in the queue as Events, one after the other, beside the operator's loop: as slow as the API server is, and whatever it answers.
/// What happens again is written into the series of the Event that is there: at once the first time, then at most every few minutes. Failing to
/// tell is logged and counted, and harms nothing.
/// </summary>
/// <remarks>
/// As the broadcaster of client-go's <c>tools/events</c>, with two differences. An Event has the name of what it says (<see cref="News.Name"/>), so
/// that an operator that starts anew does not tell everything twice. And a series is written last when the operator ends.
/// </remarks>
/// <param name="queue">What waits.</param>
/// <param name="api">The API.</param>
/// <param name="instance">Which operator tells: the name of its pod, at most 128 characters.</param>
/// <param name="clock">Says when something is due.</param>
/// <param name="time">Wakes it.</param>
/// <param name="figures">Counts what is told.</param>
/// <param name="log">Tells of failures.</param>
internal sealed class EventWriter(EventQueue queue, IKubernetesApi api, string instance, IClock clock, TimeProvider time, Figures figures, ILogger<EventWriter> log)
{
    private const int LongestInstance = 128;
    private const int MostTries = 5;

    // Between two writes of one series; and how long, and of how many Events, it is known that they are there. The server keeps Events for an hour.
    private static readonly Duration Gap = Duration.FromMinutes(5);
    private static readonly Duration Kept = Duration.FromHours(1);
    private const int MostKept = 2048;

    private static readonly Duration FirstPause = Duration.FromSeconds(1);
    private static readonly Duration LongestPause = Duration.FromSeconds(30);

    private readonly string instance = instance.Length <= LongestInstance ? instance : instance[..LongestInstance];
    private readonly Dictionary<string, Written> written = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Observed> owed = new(StringComparer.Ordinal);
    private Observed? current;
    private int tries;
    private (Instant Since, Instant Until)? pause;
    private bool failing;

    // What is known of an Event: how often it says that it happened (null: somebody else wrote it), and when that was written.
    private sealed record Written(int? Count, Instant At);

    private enum Attempt
    {
        Over,
        AgainLater,
    }

    /// <summary>Writes until cancelled. What it was about to write then is kept for <see cref="Drain"/>.</summary>
    public async Task Run(CancellationToken cancel)
    {
        while (true)
        {
            await WriteDue(cancel);
            await Bell(cancel);
        }
    }

    /// <summary>Writes what is due by now. With an API that answers at once it is done at once, which is what the simulation needs.</summary>
    public async Task WriteDue(CancellationToken cancel)
    {
        while (!IsPausing && Next(all: false))
        {
            if (await Write(current!, cancel) is Attempt.AgainLater)
            {
                Pause();
                return;
            }

            Done();
        }
    }

    /// <summary>Writes all that there is, within a time, for an operator that ends while it leads; then nothing is left.</summary>
    public async Task Drain(TimeSpan within)
    {
        using var limit = new CancellationTokenSource(within, time);
        try
        {
            while (Next(all: true) && await Write(current!, limit.Token) is Attempt.Over)
            {
                Done();
            }
        }
        catch (OperationCanceledException)
        {
            // Nobody waits longer for an Event.
        }

        Forget();
    }

    /// <summary>Drops what is not written, and all that is known: for an operator that does not lead any more.</summary>
    public void Forget()
    {
        var dropped = queue.Drop() + owed.Count + (current is null ? 0 : 1);
        for (var one = 0; one < dropped; one++)
        {
            figures.Told(EventResult.Dropped);
        }

        if (dropped > 0)
        {
            log.LogWarning("{Count} Events were not written before this operator stopped acting", dropped);
        }

        owed.Clear();
        written.Clear();
        Done();
    }

    private bool IsPausing => pause is { } resting && clock.GetCurrentInstant() is var now && now >= resting.Since && now < resting.Until;

    // Takes up what is next: what could not be written before, what waits, a series that is due.
    private bool Next(bool all)
    {
        if (current is not null)
        {
            return true;
        }

        while (queue.TryTake(out var next))
        {
            if (all || !IsTooSoon(next.News))
            {
                current = With(next);
                return true;
            }

            owed[next.News.Name] = With(next);
        }

        var now = clock.GetCurrentInstant();
        current = owed.Values.FirstOrDefault(series => all || DueAt(series.News) <= now);
        if (current is not null)
        {
            owed.Remove(current.News.Name);
        }

        return current is not null;
    }

    // Together with what is owed of the same.
    private Observed With(Observed next) => owed.Remove(next.News.Name, out var before) ? before.And(next) : next;

    private bool IsTooSoon(News news) => written.TryGetValue(news.Name, out var known) && known.Count > 1 && clock.GetCurrentInstant() < known.At + Gap;

    private Instant DueAt(News news) => written.TryGetValue(news.Name, out var known) ? known.At + Gap : Instant.MinValue;

    private void Done() => (current, tries, pause) = (null, 0, null);

    private void Pause()
    {
        var now = clock.GetCurrentInstant();
        pause = (now, now + Duration.Min(LongestPause, FirstPause * (1 << (tries - 1))));
    }

    private async Task<Attempt> Write(Observed news, CancellationToken cancel)
    {
        if (!written.TryGetValue(news.News.Name, out var known))
        {
            return await Create(news, cancel);
        }

        var count = known.Count;
        if (count is null)
        {
            switch (await api.GetAsync(Resources.EventsV1, news.News.Home, news.News.Name, cancel))
            {
                case ApiResult<EventV1>.Ok there:
                    count = there.Value.Series?.Count ?? there.Value.DeprecatedCount ?? 1;
                    break;
                case ApiResult<EventV1>.Failed { Error.Kind: ApiErrorKind.NotFound }:
                    return await Create(news, cancel);
                case ApiResult<EventV1>.Failed failed:
                    return Fail(news, failed.Error);
            }
        }

        return await CountUp(news, (count ?? 1) + news.Times, cancel);
    }

    private async Task<Attempt> Create(Observed news, CancellationToken cancel)
    {
        var answer = await api.CreateAsync(Resources.EventsV1, news.News.Home, ManifestJson.Bytes(news.News.Manifest(instance, news)), cancel);
        return answer switch
        {
            ApiResult<EventV1>.Ok => Remember(news, news.Times, EventResult.Sent),
            ApiResult<EventV1>.Failed { Error.Kind: ApiErrorKind.AlreadyExists } => Remember(news, null, EventResult.Known),
            ApiResult<EventV1>.Failed failed => Fail(news, failed.Error),
        };
    }

    private async Task<Attempt> CountUp(Observed news, int count, CancellationToken cancel)
    {
        var body = ManifestJson.Bytes(Node.Object(Node.Set("series", News.Series(count, news.Last))));
        var answer = await api.PatchAsync(Resources.EventsV1, news.News.Home, news.News.Name, new PatchKind.MergePatch(), body, null, cancel);
        return answer switch
        {
            ApiResult<EventV1>.Ok => Remember(news, count, EventResult.Repeated),
            // The server has let it go by now: what happens again is told anew.
            ApiResult<EventV1>.Failed { Error.Kind: ApiErrorKind.NotFound } => await Create(news with { First = news.Last }, cancel),
            ApiResult<EventV1>.Failed failed => Fail(news, failed.Error),
        };
    }

    private Attempt Remember(Observed news, int? count, string result)
    {
        figures.Told(result);
        if (failing)
        {
            failing = false;
            log.LogInformation("Events are written again");
        }

        if (written.Count >= MostKept)
        {
            MakeRoom();
        }

        written[news.News.Name] = new Written(count, clock.GetCurrentInstant());
        return Attempt.Over;
    }

    private void MakeRoom()
    {
        var old = clock.GetCurrentInstant() - Kept;
        foreach (var name in written.OrderBy(entry => entry.Value.At).Where((entry, place) => entry.Value.At < old || place < MostKept / 4).Select(entry => entry.Key).ToList())
        {
            written.Remove(name);
        }
    }

    private Attempt Fail(Observed news, ApiError error)
    {
        if (error.Kind is ApiErrorKind.TooManyRequests or ApiErrorKind.Unavailable or ApiErrorKind.Unreachable or ApiErrorKind.Timeout && ++tries < MostTries)
        {
            return Attempt.AgainLater;
        }

        // A right that is missing is missing for each of them: said once.
        figures.Told(EventResult.Failed);
        log.Log(
            failing ? LogLevel.Debug : LogLevel.Warning, "Event {Reason} on {Kind} {Namespace}/{Name} could not be written: {Why}",
            news.News.Reason, news.News.Kind, news.News.About.Namespace, news.News.About.Name, error.Explain());
        failing = true;
        return Attempt.Over;
    }

    // Until something is put in, or something is due.
    private async Task Bell(CancellationToken cancel)
    {
        using var alarm = new CancellationTokenSource(Rest(), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, alarm.Token);
        try
        {
            await queue.Bell.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            // Something is due.
        }
    }

    private TimeSpan Rest()
    {
        var due = pause is { } resting ? resting.Until : owed.Count > 0 ? owed.Values.Min(series => DueAt(series.News)) : (Instant?)null;
        return due is { } at ? TimeSpan.FromMilliseconds(Math.Clamp((at - clock.GetCurrentInstant()).TotalMilliseconds, 10, Gap.TotalMilliseconds)) : Timeout.InfiniteTimeSpan;
    }
}
