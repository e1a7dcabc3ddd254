using LanguageExt;
using static LanguageExt.Prelude;

namespace Backsnap.Domain.Schedules;

/// <summary>One of the six fields of a cron expression: its name, its values, and the words that stand for values.</summary>
/// <param name="Name">As errors call it.</param>
/// <param name="Lowest">The smallest value.</param>
/// <param name="Highest">The largest value of a <c>*</c>.</param>
/// <param name="LargestWritten">The largest value that may be written: 7 is another name of Sunday.</param>
/// <param name="LargestSpread">The largest value of a bare <c>H</c>: no day of month that some months lack.</param>
/// <param name="Names">Three-letter names, the first standing for <paramref name="Lowest"/>.</param>
/// <param name="Allowed">What may be written, for errors.</param>
internal sealed record CronField(string Name, int Lowest, int Highest, int LargestWritten, int LargestSpread, Seq<string> Names, string Allowed)
{
    public static CronField Second { get; } = Clock("second", 59);

    public static CronField Minute { get; } = Clock("minute", 59);

    public static CronField Hour { get; } = Clock("hour", 23);

    public static CronField DayOfMonth { get; } = new(
        "day of month", 1, 31, 31, 28,
        Empty,
        "write 1 to 31, as in 15, 1-7, 1,15, */2, L (the last day), L-3, 15W (the weekday nearest to the 15th), LW or H");

    public static CronField Month { get; } = new(
        "month", 1, 12, 12, 12,
        Seq("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"),
        "write 1 to 12 or JAN to DEC, as in 6, MAR-OCT, 1,7, */3 or H");

    public static CronField DayOfWeek { get; } = new(
        "day of week", 0, 6, 7, 6,
        Seq("sun", "mon", "tue", "wed", "thu", "fri", "sat"),
        "write 0 to 7 (Sunday is 0 and 7) or SUN to SAT, as in 1, MON-FRI, TUE,THU, 5L (the last Friday), MON#2 (the second Monday) or H");

    /// <summary>How many values the field has.</summary>
    public int Span => Highest - Lowest + 1;

    /// <summary>
    /// The values of a range in the order in which they come, through the end of the field and on from its beginning when
    /// <paramref name="last"/> is before <paramref name="first"/>. A step goes on counting across that seam.
    /// </summary>
    public IEnumerable<int> Values(int first, int last, int step)
    {
        for (long i = 0, length = Length(first, last); i < length; i += step)
        {
            yield return Nth(first, (int)i);
        }
    }

    /// <summary>How many values a range has, the seam included.</summary>
    public int Length(int first, int last) => Math.Min(Span, last >= first ? last - first + 1 : last - first + 1 + Span);

    /// <summary>The value <paramref name="count"/> places after <paramref name="first"/>.</summary>
    public int Nth(int first, int count) => ((first - Lowest + count) % Span) + Lowest;

    private static CronField Clock(string name, int highest) =>
        new(name, 0, highest, highest, highest, Empty, $"write 0 to {highest}, as in 5, 0-10, 0,30, */15 or H");
}
