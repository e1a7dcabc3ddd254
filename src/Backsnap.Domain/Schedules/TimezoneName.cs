using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Domain.Schedules;

/// <summary>
/// Names of time zones: identifiers of the tz database such as <c>Europe/Amsterdam</c> or <c>UTC</c>. The data is NodaTime's own, so that
/// the same expression means the same on every machine; the machine's zone and its files are never asked.
/// </summary>
public static class TimezoneName
{
    private const string Form = "write a name of the tz database, as in Europe/Amsterdam or UTC";
    private const int Suggestions = 3;
    private static readonly IDateTimeZoneProvider Database = DateTimeZoneProviders.Tzdb;
    private static readonly System.Collections.Generic.HashSet<string> Known = Database.Ids.ToHashSet(StringComparer.Ordinal);

    /// <summary>Finds the zone of that name. The error names the closest names there are; offsets such as <c>+02:00</c> are no zones.</summary>
    public static Either<ScheduleError, DateTimeZone> Parse(string text) =>
        Known.Contains(text)
            ? Right<ScheduleError, DateTimeZone>(Database[text])
            : Left<ScheduleError, DateTimeZone>(new ScheduleError("timezone", text, "is not known", Allowed(text)));

    private static string Allowed(string text) =>
        Nearest(text) is { IsEmpty: false } names ? $"did you mean {string.Join(" or ", names)}?" : Form;

    // A city without its continent, a wrong case or a blank are the usual slips; then come single letters.
    private static Seq<string> Nearest(string text)
    {
        var wanted = Plain(text);
        return Known
            .Select(id => (Id: id, Distance: Math.Min(Distance(wanted, Plain(id)), Distance(wanted, Plain(City(id))))))
            .Where(candidate => candidate.Distance <= wanted.Length / 4)
            .OrderBy(candidate => candidate.Distance)
            .ThenByDescending(candidate => candidate.Id.Contains('/', StringComparison.Ordinal))
            .ThenBy(candidate => candidate.Id, StringComparer.Ordinal)
            .Take(Suggestions)
            .Select(candidate => candidate.Id)
            .ToSeq()
            .Strict();
    }

    private static string City(string id) => id[(id.LastIndexOf('/') + 1)..];

    private static string Plain(string text) =>
        string.Concat((text.Length <= 64 ? text : text[..64]).Where(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '-')).ToUpperInvariant();

    // Levenshtein's distance, one row at a time.
    private static int Distance(string left, string right) =>
        left.Aggregate(
            Enumerable.Range(0, right.Length + 1).ToArray(),
            (above, letter) => Row(above, letter, right))[right.Length];

    private static int[] Row(int[] above, char letter, string right)
    {
        var row = new int[above.Length];
        row[0] = above[0] + 1;
        for (var i = 0; i < right.Length; i++)
        {
            row[i + 1] = Math.Min(Math.Min(row[i], above[i + 1]) + 1, above[i] + (letter == right[i] ? 0 : 1));
        }

        return row;
    }
}
