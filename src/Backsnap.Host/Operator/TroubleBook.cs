using Backsnap.Domain.Cluster;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Host.Operator;

/// <summary>
/// Which objects' writes failed lately, how often in a row, and until when they are left alone: an exponential pause from one
/// second to five minutes, with jitter so that a thousand objects do not come back in step. Losing it at a restart loses nothing.
/// </summary>
internal sealed class TroubleBook(IClock clock, Random jitter)
{
    private static readonly Duration First = Duration.FromSeconds(1);
    private static readonly Duration Longest = Duration.FromMinutes(5);

    private readonly Dictionary<string, (Trouble Trouble, int Failures, Instant Noted)> book = new(StringComparer.Ordinal);

    /// <summary>Those that are left alone now.</summary>
    public HashMap<string, Trouble> Current()
    {
        var now = clock.GetCurrentInstant();
        return toHashMap(book.Where(entry => Rests(entry.Value, now)).Select(entry => (entry.Key, entry.Value.Trouble)));
    }

    /// <summary>The soonest instant at which one of them may be tried again.</summary>
    public Option<Instant> NextTry()
    {
        var now = clock.GetCurrentInstant();
        return book.Values.Where(entry => Rests(entry, now)).Select(entry => entry.Trouble.Until).OrderBy(until => until).ToSeq().HeadOrNone();
    }

    /// <summary>Notes a failure; whether it is the first of its words.</summary>
    public bool Note(string key, Outcome.Failed failed)
    {
        var known = book.TryGetValue(key, out var before);
        var failures = known ? before.Failures + 1 : 1;
        var pause = Duration.Min(Longest, First * Math.Pow(2, Math.Min(failures - 1, 12)));
        var now = clock.GetCurrentInstant();
        var until = now + (pause * (0.75 + (jitter.NextDouble() / 2)));
        book[key] = (new Trouble(until, failed.Why) { Forbidden = failed.Forbidden, Uncertain = failed.Uncertain }, failures, now);
        return !known || before.Trouble.Why != failed.Why;
    }

    // A clock that shows less than when the pause began was set back; its pauses would last until it is there again.
    private static bool Rests((Trouble Trouble, int Failures, Instant Noted) entry, Instant now) => entry.Noted <= now && now < entry.Trouble.Until;

    /// <summary>Notes a success.</summary>
    public void Clear(string key) => book.Remove(key);
}
