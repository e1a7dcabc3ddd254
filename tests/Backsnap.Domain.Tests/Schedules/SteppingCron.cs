using System.Globalization;
using NodaTime;

namespace Backsnap.Domain.Tests.Schedules;

/// <summary>
/// Cron in the simplest way there is, to judge the other by: it looks at every minute (and every second of it) and asks of each field's
/// text whether it matches. It shares no code with what it judges.
/// </summary>
internal sealed class SteppingCron
{
    // Since 1970 no zone's clocks were changed within half a minute (Liberia, in 1972, at 44 minutes and 30 seconds).
    private const int Block = 30;
    private static readonly string[] MonthNames = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    private static readonly string[] DayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
    private readonly string[] fields;
    private readonly bool[] seconds;
    private readonly bool[] minutes;
    private readonly bool[] hours;
    private readonly bool[] months;

    public SteppingCron(string expression)
    {
        var parts = expression.Split(' ');
        fields = parts.Length == 6 ? parts : ["0", .. parts];
        seconds = Table(fields[0], 0, 59);
        minutes = Table(fields[1], 0, 59);
        hours = Table(fields[2], 0, 23);
        months = Table(fields[4], 1, 12, MonthNames);
    }

    private bool IsInterval => IsStarOrStep(fields[1]) || IsStarOrStep(fields[2]);

    /// <summary>The instants from the first to before the second, by looking at every minute.</summary>
    public List<Instant> Between(DateTimeZone zone, Instant from, Instant to)
    {
        var found = new SortedSet<Instant>();
        if (IsInterval)
        {
            for (var block = from.ToUnixTimeSeconds() / Block * Block; block < to.ToUnixTimeSeconds(); block += Block)
            {
                var start = Instant.FromUnixTimeSeconds(block).InZone(zone).LocalDateTime;
                var matching = Enumerable.Range(0, Block).Where(second => seconds[(start.Second + second) % 60] && Matches(start.PlusSeconds(second)));
                found.UnionWith(matching.Select(second => Instant.FromUnixTimeSeconds(block + second)));
            }
        }
        else
        {
            for (var minute = from.InUtc().Date.PlusDays(-3).AtMidnight(); minute < to.InUtc().LocalDateTime.PlusDays(3); minute = minute.PlusMinutes(1))
            {
                if (MatchesMinute(minute))
                {
                    found.UnionWith(Enumerable.Range(0, 60).Where(second => seconds[second]).Select(second => Placed(zone, minute.PlusSeconds(second))));
                }
            }
        }

        return [.. found.Where(instant => instant >= from && instant < to)];
    }

    /// <summary>Whether a local time, to the second, matches the six fields.</summary>
    public bool Matches(LocalDateTime time) => seconds[time.Second] && MatchesMinute(time);

    private static Instant Placed(DateTimeZone zone, LocalDateTime local)
    {
        var mapping = zone.MapLocal(local);
        return mapping.Count == 0 ? mapping.LateInterval.Start : mapping.First().ToInstant();
    }

    private bool MatchesMinute(LocalDateTime time)
    {
        if (!minutes[time.Minute] || !hours[time.Hour] || !months[time.Month])
        {
            return false;
        }

        var byMonth = fields[3].Split(',').Any(term => MonthDay(term, time.Date));
        var byWeek = fields[5].Split(',').Any(term => WeekDay(term, time.Date));
        var either = fields[3][0] is not ('*' or '?') && fields[5][0] is not ('*' or '?');
        return either ? byMonth || byWeek : byMonth && byWeek;
    }

    private static bool MonthDay(string term, LocalDate date)
    {
        var last = date.With(DateAdjusters.EndOfMonth);
        var workdays = Enumerable.Range(1, last.Day).Select(day => new LocalDate(date.Year, date.Month, day)).Where(IsWorkday).ToList();
        if (term == "LW")
        {
            return date == workdays[^1];
        }

        if (term.EndsWith('W'))
        {
            var wanted = Number(term[..^1], []);
            return wanted <= last.Day && date == workdays.MinBy(day => Math.Abs(day.Day - wanted));
        }

        return term[0] == 'L' ? date == last.PlusDays(-(term.Length == 1 ? 0 : Number(term[2..], []))) : InTerm(term, date.Day, 1, 31, []);
    }

    private static bool WeekDay(string term, LocalDate date)
    {
        var day = (int)date.DayOfWeek % 7;
        return term.EndsWith('L') ? Number(term[..^1], DayNames) % 7 == day && date.PlusWeeks(1).Month != date.Month
            : term.Split('#') is [var name, var nth] ? Number(name, DayNames) % 7 == day && ((date.Day - 1) / 7) + 1 == Number(nth, [])
            : InTerm(term, day, 0, 6, DayNames);
    }

    private static bool IsWorkday(LocalDate date) => date.DayOfWeek is not (IsoDayOfWeek.Saturday or IsoDayOfWeek.Sunday);

    private static bool[] Table(string text, int low, int high, string[]? names = null) =>
        [.. Enumerable.Range(0, high + 1).Select(value => value >= low && text.Split(',').Any(term => InTerm(term, value, low, high, names ?? [])))];

    // Walks from the first value to the last, over the seam, and sees whether the wanted value is met at a step.
    private static bool InTerm(string term, int wanted, int low, int high, string[] names)
    {
        var (range, step) = term.Split('/') is [var r, var s] ? (r, Number(s, [])) : (term, 1);
        var ends = range.Split('-');
        var first = range is "*" or "?" ? low : Number(ends[0], names);
        var last = range is "*" or "?" ? high : ends.Length == 2 ? Number(ends[1], names) : term.Contains('/', StringComparison.Ordinal) ? high : first;
        var isOneDay = first == last;
        first = first > high ? low : first;
        last = isOneDay ? first : range.Contains('-', StringComparison.Ordinal) ? last : last > high ? low : last;
        for (var (value, count) = (first, 0); ; count++)
        {
            if (count % step == 0 && (value > high ? low : value) == wanted)
            {
                return true;
            }

            if (value == last || count > 100)
            {
                return false;
            }

            value = value >= high && last <= high ? low : value + 1;
        }
    }

    private static bool IsStarOrStep(string field) =>
        field.Split(',').Any(term => term[0] is '*' or '?' || (term.Split('/') is [_, var step] && step != "1"));

    private static int Number(string text, string[] names) =>
        Array.FindIndex(names, name => name.Equals(text, StringComparison.OrdinalIgnoreCase)) is >= 0 and var index
            ? index + (names.Length == 12 ? 1 : 0)
            : int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
