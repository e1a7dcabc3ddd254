using Backsnap.Domain.Schedules;
using static Backsnap.Domain.Tests.Schedules.Reading;

namespace Backsnap.Domain.Tests.Schedules;

public sealed class ErrorTests
{
    [Theory]
    [InlineData("61 * * * *", "minute", "61", "0 to 59")]
    [InlineData("* 24 * * *", "hour", "24", "0 to 23")]
    [InlineData("60 * * * * *", "second", "60", "0 to 59")]
    [InlineData("0 0 0 * *", "day of month", "0", "1 to 31")]
    [InlineData("0 0 32 * *", "day of month", "32", "1 to 31")]
    [InlineData("0 0 32W * *", "day of month", "32W", "1 to 31")]
    [InlineData("0 0 L-31 * *", "day of month", "L-31", "L-1 to L-30")]
    [InlineData("0 0 L-x * *", "day of month", "L-x", "L-1 to L-30")]
    [InlineData("0 0 * 13 *", "month", "13", "JAN to DEC")]
    [InlineData("0 0 * JUNE *", "month", "JUNE", "JAN to DEC")]
    [InlineData("0 0 * * 8", "day of week", "8", "Sunday is 0 and 7")]
    [InlineData("0 0 * * MON#6", "day of week", "MON#6", "MON#2")]
    [InlineData("0 0 * * MON#", "day of week", "MON#", "MON#2")]
    [InlineData("0 0 * * L", "day of week", "L", "5L")]
    [InlineData("0 0 MON * *", "day of month", "MON", "1 to 31")]
    [InlineData("0 5L * * *", "hour", "5L", "0 to 23")]
    [InlineData("0 1#2 * * *", "hour", "1#2", "0 to 23")]
    [InlineData("*/0 * * * *", "minute", "*/0", "whole number from 1")]
    [InlineData("*/ * * * *", "minute", "*/", "whole number from 1")]
    [InlineData("*/-5 * * * *", "minute", "*/-5", "whole number from 1")]
    [InlineData("1/2/3 * * * *", "minute", "1/2/3", "0 to 59")]
    [InlineData("1-2-3 * * * *", "minute", "1-2-3", "0 to 59")]
    [InlineData("1,,2 * * * *", "minute", "", "0 to 59")]
    [InlineData("-5 * * * *", "minute", "-5", "0 to 59")]
    [InlineData("+5 * * * *", "minute", "+5", "0 to 59")]
    [InlineData("١ * * * *", "minute", "١", "0 to 59")]
    [InlineData("99999999999 * * * *", "minute", "99999999999", "0 to 59")]
    [InlineData("0~30 * * * *", "minute", "0~30", "0 to 59")]
    [InlineData("H() * * * *", "minute", "H()", "H(0-5)")]
    [InlineData("H(5) * * * *", "minute", "H(5)", "H(0-5)")]
    [InlineData("H(0-60) * * * *", "minute", "H(0-60)", "0 to 59")]
    [InlineData("L/2 0 * * *", "minute", "L/2", "0 to 59")]
    [InlineData("0 0 LW/2 * *", "day of month", "LW/2", "1 to 31")]
    [InlineData("", "expression", "", "five fields")]
    [InlineData("   ", "expression", "", "five fields")]
    [InlineData("* * * *", "expression", "* * * *", "five fields")]
    [InlineData("* * * * * * *", "expression", "* * * * * * *", "five fields")]
    [InlineData("nonsense", "expression", "nonsense", "five fields")]
    [InlineData("@fortnightly", "macro", "@fortnightly", "@weekly")]
    [InlineData("@reboot", "macro", "@reboot", "@hourly")]
    [InlineData("@daily 5", "expression", "@daily 5", "alone")]
    [InlineData("@every", "expression", "@every", "@every 1h30m")]
    [InlineData("@every 1h 30m", "expression", "@every 1h 30m", "@every 1h30m")]
    [InlineData("@every 90", "@every", "90", "90s")]
    [InlineData("@every 1d", "@every", "1d", "6h")]
    [InlineData("@every 0s", "@every", "0s", "1s")]
    [InlineData("@every -1h", "@every", "-1h", "6h")]
    [InlineData("@every 1.5s", "@every", "1.5s", "seconds")]
    [InlineData("@every 876601h", "@every", "876601h", "100 years")]
    [InlineData("@every 999999999999h", "@every", "999999999999h", "100 years")]
    [InlineData("TZ=Europe/Amsterdm 0 0 * * *", "timezone", "Europe/Amsterdm", "Europe/Amsterdam")]
    [InlineData("TZ= 0 0 * * *", "timezone", "", "tz database")]
    [InlineData("TZ=UTC", "expression", "", "five fields")]
    [InlineData("TZ=UTC TZ=UTC 0 0 * * *", "second", "TZ=UTC", "0 to 59")]
    public void An_error_names_the_field_the_text_and_what_is_allowed_there(string expression, string field, string text, string allowed)
    {
        var error = Error(expression);
        Assert.Equal((field, text), (error.Field, error.Text));
        Assert.Contains(allowed, error.Message, StringComparison.Ordinal);
        Assert.StartsWith($"{field} '{text}' ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0 0 30 2 *")]
    [InlineData("0 0 31 4,6,9,11 *")]
    [InlineData("0 0 31W 2 *")]
    [InlineData("0 0 L-29 2 *")]
    [InlineData("0 0 L-30 4 *")]
    [InlineData("0 0 30 2 ?")]
    public void An_expression_that_can_never_fire_is_an_error(string expression) => Assert.Equal("never fires", Error(expression).Problem);

    [Fact]
    public void An_H_that_could_choose_a_day_that_never_comes_is_an_error() =>
        Assert.Equal("never fires for some claims", Error("0 0 H(28-30) 2 *").Problem);

    [Fact]
    public void With_both_day_fields_to_match_30_february_is_an_error_whatever_the_day_of_week() =>
        Assert.True(Backsnap.Domain.Schedules.Schedule.Parse("0 0 30 2 FRI", new ScheduleOptions(DayRule.Both)).IsLeft);

    [Fact]
    public void A_text_as_long_as_an_annotation_can_be_is_an_error_with_a_short_message()
    {
        Assert.Equal("is too long", Error(string.Concat(Enumerable.Repeat("1,", 100_000)) + "1 * * * *").Problem);
        Assert.Equal("is too long", Error("@every " + string.Concat(Enumerable.Repeat("1s", 100_000))).Problem);
        Assert.Equal("is not understood", Error(new string('x', 900) + " * * * *").Problem);
        Assert.True(Error(new string('x', 900) + " * * * *").Message.Length < 400);
    }

    [Theory]
    [InlineData("europe/amsterdam", "Europe/Amsterdam")]
    [InlineData("Amsterdam", "Europe/Amsterdam")]
    [InlineData("New York", "America/New_York")]
    [InlineData("Europe/Kyev", "Europe/Kiev")]
    [InlineData("+02:00", "tz database")]
    [InlineData("Mars/Olympus_Mons", "tz database")]
    public void An_unknown_zone_comes_with_the_names_that_are_close(string text, string suggestion) =>
        Assert.Contains(suggestion, TimezoneName.Parse(text).Match(Right: zone => zone.Id, Left: error => error.Allowed), StringComparison.Ordinal);

    [Theory]
    [InlineData("Europe/Amsterdam")]
    [InlineData("UTC")]
    [InlineData("Etc/GMT-2")]
    [InlineData("US/Eastern")]
    public void A_zone_of_the_tz_database_is_found(string name) =>
        Assert.Equal(name, TimezoneName.Parse(name).Match(Right: zone => zone.Id, Left: error => error.Message));
}
