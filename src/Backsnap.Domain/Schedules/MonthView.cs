using LanguageExt;
using NodaTime;

namespace Backsnap.Domain.Schedules;

/// <summary>One month of the calendar: how many days it has, and on which day of the week (Sunday = 0) its first falls.</summary>
internal readonly record struct MonthView(int Length, int FirstDayOfWeek)
{
    private const int Sunday = 0;
    private const int Saturday = 6;

    public static MonthView Of(int year, int month)
    {
        var first = new LocalDate(year, month, 1);
        return new(first.Calendar.GetDaysInMonth(year, month), (int)first.DayOfWeek % 7);
    }

    /// <summary>The days (1 to <see cref="Length"/>) that any of the terms selects.</summary>
    public NumberSet Select(CronField field, Seq<FieldTerm> terms)
    {
        var days = default(NumberSet);
        foreach (var term in terms)
        {
            days = days.Union(Select(field, term));
        }

        return days.From(1).UpTo(Length);
    }

    private NumberSet Select(CronField field, FieldTerm term) =>
        term switch
        {
            FieldTerm.Any { Step: 1 } => new(ulong.MaxValue),
            FieldTerm.Any(var step) => Days(field, field.Values(field.Lowest, field.Highest, step)),
            FieldTerm.Range(var first, var last, var step) => Days(field, field.Values(first, last, step)),
            FieldTerm.Spread(var first, var last, _) => Days(field, field.Values(first, last, 1)),
            FieldTerm.BeforeMonthEnd(var before) => Day(Length - before),
            FieldTerm.NearestWeekday(var day) => day > Length ? default : Day(Nearest(day)),
            FieldTerm.LastWeekday => Day(Nearest(Length)),
            FieldTerm.LastOfMonth(var weekday) => Day(Weekdays(Bit(weekday)).UpTo(Length).Last),
            FieldTerm.NthOfMonth(var weekday, var nth) => Day(Weekdays(Bit(weekday)).First + ((nth - 1) * 7)),
        };

    private NumberSet Days(CronField field, IEnumerable<int> values) =>
        field == CronField.DayOfWeek ? Weekdays(NumberSet.Of(values)) : NumberSet.Of(values);

    // The seven bits of the week, turned so that they begin at the weekday of the first, are laid side by side over the month.
    private NumberSet Weekdays(NumberSet week)
    {
        var turned = ((week.Bits >> FirstDayOfWeek) | (week.Bits << (7 - FirstDayOfWeek))) & 0x7f;
        return new((turned | (turned << 7) | (turned << 14) | (turned << 21) | (turned << 28)) << 1);
    }

    private int Nearest(int day) =>
        ((FirstDayOfWeek + day - 1) % 7) switch
        {
            Saturday => day == 1 ? 3 : day - 1,
            Sunday => day == Length ? day - 2 : day + 1,
            _ => day,
        };

    private static NumberSet Bit(int number) => new(1UL << number);

    private static NumberSet Day(int day) => day < 1 ? default : Bit(day);
}
