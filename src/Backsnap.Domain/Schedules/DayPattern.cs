using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Domain.Schedules;

/// <summary>The days that match, found month by month: the days of one month are the bits of one word.</summary>
/// <param name="Months">The months that count at all.</param>
/// <param name="DaysOfMonth">The terms of the day-of-month field, without <c>H</c>.</param>
/// <param name="DaysOfWeek">The terms of the day-of-week field, without <c>H</c>.</param>
/// <param name="Either">Whether a day that matches one of the two will do; otherwise it must match both.</param>
internal sealed record DayPattern(NumberSet Months, Seq<FieldTerm> DaysOfMonth, Seq<FieldTerm> DaysOfWeek, bool Either)
{
    private const int FirstYear = 1;
    private const int LastYear = 9999;
    private static readonly LocalDate Epoch = new(1970, 1, 1);

    /// <summary>Whether any day at all matches. Four hundred years are enough: the calendar repeats after them, days of the week included.</summary>
    public bool EverMatches =>
        Enumerable.Range(2000, 400).Any(year => Months.Numbers().Any(month => !DaysIn(year, month).IsEmpty));

    public bool Contains(int day)
    {
        var date = Epoch.PlusDays(day);
        return Months.Contains(date.Month) && DaysIn(date.Year, date.Month).Contains(date.Day);
    }

    /// <summary>The first matching day from <paramref name="day"/> on (days since 1 January 1970), unless the calendar ends before it.</summary>
    public Option<int> AtOrAfter(int day)
    {
        var date = Epoch.PlusDays(day);
        var (year, month, from) = (date.Year, date.Month, date.Day);
        while (year <= LastYear)
        {
            var days = Months.Contains(month) ? DaysIn(year, month).From(from) : default;
            if (!days.IsEmpty)
            {
                return Some(Number(year, month, days.First));
            }

            var later = Months.From(month + 1);
            (year, month, from) = later.IsEmpty ? (year + 1, Months.First, 1) : (year, later.First, 1);
        }

        return None;
    }

    /// <summary>The last matching day up to <paramref name="day"/> (days since 1 January 1970), unless the calendar begins after it.</summary>
    public Option<int> AtOrBefore(int day)
    {
        var date = Epoch.PlusDays(day);
        var (year, month, upTo) = (date.Year, date.Month, date.Day);
        while (year >= FirstYear)
        {
            var days = Months.Contains(month) ? DaysIn(year, month).UpTo(upTo) : default;
            if (!days.IsEmpty)
            {
                return Some(Number(year, month, days.Last));
            }

            var earlier = Months.UpTo(month - 1);
            (year, month, upTo) = earlier.IsEmpty ? (year - 1, Months.Last, 31) : (year, earlier.Last, 31);
        }

        return None;
    }

    private static int Number(int year, int month, int day) => Period.DaysBetween(Epoch, new LocalDate(year, month, day));

    private NumberSet DaysIn(int year, int month)
    {
        var view = MonthView.Of(year, month);
        var byMonth = view.Select(CronField.DayOfMonth, DaysOfMonth);
        var byWeek = view.Select(CronField.DayOfWeek, DaysOfWeek);
        return Either ? byMonth.Union(byWeek) : byMonth.Intersect(byWeek);
    }
}
