using System.Text.Json;
using Backsnap.Domain.Schedules;
using NodaTime;
using static Backsnap.Domain.Tests.Schedules.Reading;

namespace Backsnap.Domain.Tests.Schedules;

public sealed class ScheduleReportTests
{
    private static readonly Instant Now = At("2026-11-22T13:00Z");

    [Fact]
    public void The_json_answer_has_expression_timezone_description_and_occurrences_in_utc() =>
        Assert.Equal(
            """{"expression":"30 2 * * MON-FRI","timezone":"Europe/Amsterdam","description":"every weekday at 02:30 Europe/Amsterdam","occurrences":["2026-11-23T01:30:00Z","2026-11-24T01:30:00Z"]}""",
            Answer(new("30 2 * * MON-FRI", "Europe/Amsterdam", Count: 2)).ToJson());

    [Fact]
    public void The_text_answer_shows_each_occurrence_in_utc_and_on_the_zones_clocks() =>
        Assert.Equal(
            """
            Expression:  CRON_TZ=Asia/Kolkata @daily
            Timezone:    Asia/Kolkata
            Meaning:     every day at 00:00 Asia/Kolkata
            Occurrences:
              2026-11-22T18:30:00Z  Mon 2026-11-23 00:00:00 +05:30

            """,
            Answer(new("CRON_TZ=Asia/Kolkata @daily", "Europe/Amsterdam", Count: 1)).ToText());

    [Fact]
    public void Five_occurrences_after_now_are_told_unless_asked_otherwise() =>
        Assert.Equal("14 15 16 17 18", Hours(new("@hourly")));

    [Fact]
    public void After_is_exclusive() => Assert.Equal("11 12", Hours(new("@hourly", After: "2026-11-22T10:00:00Z", Count: 2)));

    [Fact]
    public void Before_alone_gives_the_last_ones_before_it_in_order_of_time() =>
        Assert.Equal("7 8 9", Hours(new("@hourly", Before: "2026-11-22T10:00:00Z", Count: 3)));

    [Fact]
    public void After_and_before_give_all_between_them() =>
        Assert.Equal("4 5 6 7 8 9", Hours(new("@hourly", After: "2026-11-22T04:00:00+01:00", Before: "2026-11-22T10:00:00Z")));

    [Fact]
    public void An_interval_that_ends_before_it_begins_is_empty() =>
        Assert.EndsWith("Occurrences: none\n", Answer(new("@hourly", After: "2026-11-22T10:00:00Z", Before: "2026-11-22T09:00:00Z")).ToText(), StringComparison.Ordinal);

    [Fact]
    public void Near_the_end_of_the_calendar_there_is_nothing_rather_than_a_failure() =>
        Assert.Empty(Answer(new("@yearly", After: "9999-12-31T23:59:59Z")).Occurrences);

    [Fact]
    public void Times_that_depend_on_a_claim_say_whose_they_are()
    {
        Assert.Contains("default/example, as an example", Answer(new("H H * * *")).ToText(), StringComparison.Ordinal);
        var named = Answer(new("H H * * *", For: "shop/orders"));
        Assert.True(named.StandsFor.IsNone);
        Assert.Equal(Schedule("H H * * *").For(Orders, Zone("UTC"), Duration.Zero).Next(Now), named.Occurrences.Head);
        Assert.True(Answer(new("@every 6h")).StandsFor.IsSome);
        Assert.True(Answer(new("@daily")).StandsFor.IsNone);
    }

    [Theory]
    [InlineData("61 * * * *", null, null, null, null, "minute")]
    [InlineData("@daily", "Amsterdam", null, null, null, "timezone")]
    [InlineData("@daily", null, "yesterday", null, null, "--after")]
    [InlineData("@daily", null, "2026-11-22", null, null, "--after")]
    [InlineData("@daily", null, "2026-11-22T10:00:00", null, null, "--after")]
    [InlineData("@daily", null, "10000-01-01T00:00:00Z", null, null, "--after")]
    [InlineData("@daily", null, "0001-01-01T00:00:00+18:00", null, null, "--after")]
    [InlineData("@daily", null, null, 0, null, "--count")]
    [InlineData("@daily", null, null, -1, null, "--count")]
    [InlineData("@daily", null, null, 100_001, null, "--count")]
    [InlineData("@daily", null, null, null, "orders", "--for")]
    [InlineData("@daily", null, null, null, "Shop/orders", "--for")]
    public void What_cannot_be_read_is_named(string expression, string? zone, string? after, int? count, string? claim, string field) =>
        Assert.Equal(field, ScheduleReport.Answer(new(expression, zone, after, null, count, claim), Now).Match(Right: _ => "read", Left: error => error.Field));

    [Fact]
    public void The_json_is_valid_whatever_the_expression_holds() =>
        Assert.Equal("@daily\t", JsonDocument.Parse(Answer(new("@daily\t")).ToJson()).RootElement.GetProperty("expression").GetString());

    private static ScheduleReport Answer(ScheduleQuestion question) =>
        ScheduleReport.Answer(question, Now).IfLeft(error => throw new Xunit.Sdk.XunitException(error.Message));

    private static string Hours(ScheduleQuestion question) => string.Join(' ', Answer(question).Occurrences.Map(instant => instant.InUtc().Hour));
}
