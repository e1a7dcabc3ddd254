using Backsnap.Domain.Objects;
using Backsnap.Domain.Tests.Schedules;
using FsCheck.Fluent;
using NodaTime;
using Xunit.Abstractions;

namespace Backsnap.Domain.Tests.Objects;

public sealed class GoDurationTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("90s", 90)]
    [InlineData("90", 90)]
    [InlineData("0", 0)]
    [InlineData("1h30m", 5400)]
    [InlineData("1.5h", 5400)]
    [InlineData("7d", 604800)]
    [InlineData("2w", 1209600)]
    [InlineData("1500ms", 1.5)]
    public void A_duration_is_read_as_Go_reads_it_and_days_and_weeks_beside(string text, double seconds) =>
        Assert.Equal(Duration.FromSeconds(seconds), GoDuration.Parse(text).IfLeft(Duration.MinValue));

    [Theory]
    [InlineData("")]
    [InlineData("soon")]
    [InlineData("-5m")]
    [InlineData("5 m")]
    [InlineData("5x")]
    [InlineData("1h30")]
    [InlineData("m")]
    [InlineData("1.2.3s")]
    public void What_is_no_duration_is_an_error_that_shows_how_to_write_one(string text) =>
        Assert.Contains("90s", GoDuration.Parse(text).Match(Right: read => $"read as {read}", Left: said => said), StringComparison.Ordinal);

    // Added to an instant it would leave the calendar, and the operator would crash over one object's ttl.
    [Theory]
    [InlineData("999999999w")]
    [InlineData("999999999d999999999d")]
    [InlineData("99999999999")]
    [InlineData("400000d")]
    public void A_duration_of_more_than_a_thousand_years_is_an_error(string text) =>
        Assert.Contains("too long", GoDuration.Parse(text).Match(Right: read => $"read as {read}", Left: said => said), StringComparison.Ordinal);

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(13.5, "13.5s")]
    [InlineData(90, "1m30s")]
    [InlineData(5400, "1h30m0s")]
    [InlineData(604800, "168h0m0s")]
    [InlineData(0.25, "0.25s")]
    [InlineData(59.9999, "1m0s")]
    public void A_duration_is_written_as_Go_writes_it(double seconds, string text) => Assert.Equal(text, GoDuration.Print(Duration.FromSeconds(seconds)));

    [Fact]
    public void Printing_and_reading_gives_the_same_duration_to_the_millisecond() => Laws.Hold(
        output,
        from seconds in Gen.Choose(0, 40_000_000)
        from millis in Gen.Choose(0, 999)
        select Duration.FromSeconds(seconds) + Duration.FromMilliseconds(millis),
        duration => Assert.Equal(duration.TotalMilliseconds, GoDuration.Parse(GoDuration.Print(duration)).IfLeft(Duration.MinValue).TotalMilliseconds, 0.001));
}
