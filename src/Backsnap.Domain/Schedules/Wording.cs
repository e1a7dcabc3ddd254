using System.Globalization;

namespace Backsnap.Domain.Schedules;

/// <summary>Lists of numbers and names as a sentence has them.</summary>
internal static class Wording
{
    private const int ShortestRun = 3;
    private const int ShortestSeries = 4;

    /// <summary><c>1, 2 and 3</c>.</summary>
    public static string List(IEnumerable<string> items, string conjunction = "and") =>
        items.ToArray() switch
        {
            [] => "",
            [var only] => only,
            [.. var first, var last] => $"{string.Join(", ", first)} {conjunction} {last}",
        };

    /// <summary>The numbers of a set, three or more neighbours as <c>first to last</c>, each written by <paramref name="name"/>.</summary>
    public static string Runs(NumberSet numbers, Func<int, string> name, string conjunction = "and") =>
        List(RunsOf(numbers).SelectMany(run => Run(run, name)), conjunction);

    /// <summary>As <see cref="Runs"/>, in digits, and a longer series of equal distances as <c>0 to 56 in steps of 7</c>.</summary>
    public static string Numbers(NumberSet numbers) =>
        numbers.Count >= ShortestSeries && Distance(numbers) is > 1 and var step
            ? $"{Number(numbers.First)} to {Number(numbers.Last)} in steps of {Number(step)}"
            : Runs(numbers, Number);

    public static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary><c>s</c> where there are several.</summary>
    public static string Plural(int count) => count == 1 ? "" : "s";

    // The distance between neighbours when it is the same for all; otherwise 0.
    private static int Distance(NumberSet numbers)
    {
        var step = (numbers.Last - numbers.First) / (numbers.Count - 1);
        return Enumerable.Range(0, numbers.Count).All(i => numbers.Contains(numbers.First + (i * step))) ? step : 0;
    }

    private static IEnumerable<string> Run((int First, int Last) run, Func<int, string> name) =>
        run.Last - run.First + 1 >= ShortestRun
            ? [$"{name(run.First)} to {name(run.Last)}"]
            : Enumerable.Range(run.First, run.Last - run.First + 1).Select(name);

    private static IEnumerable<(int First, int Last)> RunsOf(NumberSet numbers)
    {
        for (var rest = numbers; !rest.IsEmpty;)
        {
            var first = rest.First;
            var last = first;
            while (rest.Contains(last + 1))
            {
                last++;
            }

            yield return (first, last);
            rest = rest.From(last + 1);
        }
    }
}
