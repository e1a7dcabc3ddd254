using System.Diagnostics;
using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using NodaTime;
using Xunit.Abstractions;
using static Backsnap.Domain.Tests.Schedules.Reading;

namespace Backsnap.Domain.Tests.Schedules;

/// <summary>Against croniter, an independent implementation in Python, over the grammar that both know; its zone is UTC.</summary>
public sealed class DifferentialTests(ITestOutputHelper output)
{
    private const int Count = 3000;

    // One line in (seconds since the epoch, a tab, the expression), one line out: three occurrences after and one before.
    private const string Program =
        """
        import sys
        from croniter import croniter
        for line in sys.stdin:
            at, expression = line.rstrip("\n").split("\t")
            try:
                after = croniter(expression, float(at), max_years_between_matches=60)
                found = [int(after.get_next(float)) for _ in range(3)]
            except Exception as error:
                found = [type(error).__name__]
            try:
                before = croniter(expression, float(at), max_years_between_matches=60)
                print(*found, int(before.get_prev(float)))
            except Exception as error:
                print(*found, type(error).__name__)
        """;

    // The system's own interpreter is the one that has the distribution's packages.
    private static readonly string[] Interpreters = ["/usr/bin/python3", "python3"];
    private static readonly string[] MonthNames = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    private static readonly string[] DayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    // What the two read differently is left out: croniter takes a day field that lists every day for a star, and a star with a step for
    // a restriction (as Kubernetes does); crontab(5) says otherwise. In the day of week it lets 4/3 go on to the Sunday after Saturday.
    // It knows neither ranges over the end nor W, gives up on a day of month that never comes although the day of week does, and leaps
    // over the first days of a month when the one before lacks a day that is asked for.
    private static Gen<(string Expression, long At)> Cases =>
        from minutes in Field(0, 59, [])
        from hours in Field(0, 23, [])
        from days in Gen.Frequency(
            (3, Gen.Constant(("*", "*"))),
            (2, Field(1, 28, []).Where(day => !HasOpenStep(day)).Select(day => (day, "*"))),
            (2, Field(0, 6, DayNames).Where(day => day.StartsWith("*/", StringComparison.Ordinal) || !HasOpenStep(day)).Select(day => ("*", day))),
            (1, Gen.Constant(("L", "*"))),
            (2, from day in Gen.Elements(DayNames) from nth in Gen.Choose(1, 5) select ("*", $"{day}#{nth}")),
            (2, from day in List(1, 28, []) from weekday in List(0, 6, DayNames) select (day, weekday)))
        from months in Gen.Frequency((2, Gen.Constant("*")), (1, Field(1, 12, MonthNames)))
        from at in Gen.Choose(0, 2_000_000_000)
        select ($"{minutes} {hours} {days.Item1} {months} {days.Item2}", (long)at);

    [SkippableFact]
    public void Thousands_of_random_expressions_fire_when_croniter_says_so()
    {
        var python = Python();
        Skip.If(python is null && !MustRun, "croniter is not there to compare with: install the package python3-croniter");
        Assert.True(python is not null, "croniter is not there to compare with: install the package python3-croniter");

        var seed = Laws.Seed();
        output.WriteLine($"BACKSNAP_SEED={seed.ToString(CultureInfo.InvariantCulture)}, {Count} expressions");
        var cases = Gen.Sample(Cases, Count, new Rnd(seed), 30).Where(test => Backsnap.Domain.Schedules.Schedule.Parse(test.Expression).IsRight).ToList();
        var theirs = Run(python, cases.Select(test => string.Create(CultureInfo.InvariantCulture, $"{test.At}\t{test.Expression}")));
        var ours = cases.Select(test => Ours(test.Expression, Instant.FromUnixTimeSeconds(test.At))).ToList();
        var different = cases.Zip(ours, theirs).Where(row => row.Second != row.Third && !IsTheirMistake(row.Second, row.Third))
            .Select(row => $"'{row.First.Expression}' at {Instant.FromUnixTimeSeconds(row.First.At)}: {row.Second}, but croniter: {row.Third}").ToList();
        Assert.True(different.Count == 0, $"{different.Count} of {cases.Count} differ; BACKSNAP_SEED={seed} replays this.\n{string.Join('\n', different.Take(20))}");
        Assert.True(cases.Count > Count / 2);
    }

    private static bool MustRun =>
        Environment.GetEnvironmentVariable("CI") == "true" || Environment.GetEnvironmentVariable("BACKSNAP_REQUIRE_TOOLS") == "1";

    // Its search backwards takes February to have 28 days (release 1.3.5).
    private static bool IsTheirMistake(string ours, string theirs) =>
        ours.Split(' ') is [.. var after, var before]
        && theirs.Split(' ') is [.. var theirAfter, _]
        && after.SequenceEqual(theirAfter)
        && Instant.FromUnixTimeSeconds(long.Parse(before, CultureInfo.InvariantCulture)).InUtc() is { Month: 2, Day: 29 };

    private static bool HasOpenStep(string field) =>
        field.Split(',').Any(term => term.Split('/') is [var values, _] && !values.Contains('-', StringComparison.Ordinal));

    private static string Ours(string expression, Instant at)
    {
        var timetable = Timetable(expression);
        return string.Join(' ', timetable.Within(at + Duration.Epsilon, Instant.MaxValue, 3).ToList().Concat(timetable.Previous(at).ToList()).Select(instant => instant.ToUnixTimeSeconds()));
    }

    private static string? Python() =>
        Interpreters.FirstOrDefault(python =>
        {
            try
            {
                return Run(python, ["0\t* * * * *"]) is ["60 120 180 -60"];
            }
            catch (System.ComponentModel.Win32Exception)
            {
                return false;
            }
        });

    private static List<string> Run(string python, IEnumerable<string> lines)
    {
        using var process = Process.Start(new ProcessStartInfo(python, ["-c", Program]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var answers = process.StandardOutput.ReadToEndAsync();
        try
        {
            process.StandardInput.Write(string.Concat(lines.Select(line => line + "\n")));
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended early, because croniter is missing; what it printed says so.
        }

        process.WaitForExit();
        _ = errors.GetAwaiter().GetResult();
        return [.. answers.GetAwaiter().GetResult().Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }

    private static Gen<string> Field(int low, int high, string[] names)
    {
        var step = Gen.Choose(2, high - low).Select(number => "/" + Text(number));
        return Gen.Frequency(
            (2, Gen.Constant("*")),
            (2, step.Select(s => "*" + s)),
            (3, List(low, high, names)),
            (2, from range in Range(low, high, names) from s in Gen.Frequency((1, Gen.Constant("")), (1, step)) select range + s),
            (1, from first in Gen.Choose(low, high - 1) from s in step select Text(first) + s),
            (1, from range in Range(low, high, names) from value in Value(low, high, names) select $"{range},{value}"));
    }

    private static Gen<string> List(int low, int high, string[] names) =>
        Gen.Choose(1, 3).SelectMany(count => Value(low, high, names).ListOf(count)).Select(values => string.Join(',', values));

    private static Gen<string> Range(int low, int high, string[] names) =>
        from first in Gen.Choose(low, high - 1)
        from last in Gen.Choose(first + 1, first == low ? high - 1 : high)
        from named in Gen.Elements(false, names.Length > 0)
        select named ? $"{names[first - low]}-{names[last - low].ToUpperInvariant()}" : $"{Text(first)}-{Text(last)}";

    private static Gen<string> Value(int low, int high, string[] names) =>
        from number in Gen.Choose(low, high)
        from named in Gen.Elements(false, names.Length > 0)
        select named ? names[number - low] : Text(number);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
