using NodaTime;
using static Backsnap.Domain.Tests.Schedules.Reading;

namespace Backsnap.Domain.Tests.Schedules;

public sealed class DescriptionTests
{
    [Theory]
    [InlineData("30 2 * * MON-FRI", "every weekday at 02:30 Europe/Amsterdam")]
    [InlineData("@daily", "every day at 00:00 Europe/Amsterdam")]
    [InlineData("@hourly", "every hour, Europe/Amsterdam")]
    [InlineData("@weekly", "every Sunday at 00:00 Europe/Amsterdam")]
    [InlineData("@monthly", "on day 1 of every month at 00:00 Europe/Amsterdam")]
    [InlineData("@yearly", "on day 1 of January at 00:00 Europe/Amsterdam")]
    [InlineData("* * * * *", "every minute, Europe/Amsterdam")]
    [InlineData("* * * * * *", "every second, Europe/Amsterdam")]
    [InlineData("*/10 * * * * *", "every 10 seconds, Europe/Amsterdam")]
    [InlineData("15 * * * * *", "every minute at second 15, Europe/Amsterdam")]
    [InlineData("*/15 * * * *", "every 15 minutes, Europe/Amsterdam")]
    [InlineData("7/15 * * * *", "every 15 minutes from minute 7, Europe/Amsterdam")]
    [InlineData("0,30 * * * *", "every 30 minutes, Europe/Amsterdam")]
    [InlineData("*/25 * * * *", "every hour at minutes 0, 25 and 50, Europe/Amsterdam")]
    [InlineData("*/7 * * * *", "every hour at minutes 0 to 56 in steps of 7, Europe/Amsterdam")]
    [InlineData("5 * * * *", "every hour at minute 5, Europe/Amsterdam")]
    [InlineData("30 */6 * * *", "every 6 hours from 00:30, Europe/Amsterdam")]
    [InlineData("0 */5 * * *", "every day at 00:00, 05:00, 10:00, 15:00 and 20:00 Europe/Amsterdam")]
    [InlineData("*/5 9-17 * * 1-5", "every 5 minutes of hours 9 to 17, every weekday, Europe/Amsterdam")]
    [InlineData("30 4 1,15 * *", "on days 1 and 15 of every month at 04:30 Europe/Amsterdam")]
    [InlineData("30 4 1,15 * 5", "on days 1 and 15 of every month and every Friday at 04:30 Europe/Amsterdam")]
    [InlineData("0 0 */2 * MON", "on days 1 to 31 in steps of 2 of every month if it is a Monday at 00:00 Europe/Amsterdam")]
    [InlineData("0 0 L * *", "on the last day of every month at 00:00 Europe/Amsterdam")]
    [InlineData("0 0 L-1 * *", "on the day before the last of every month at 00:00 Europe/Amsterdam")]
    [InlineData("0 0 L-3 * *", "on the day 3 days before the last of every month at 00:00 Europe/Amsterdam")]
    [InlineData("0 0 1,15W,LW 6 *", "on day 1, the weekday nearest to day 15 and the last weekday of June at 00:00 Europe/Amsterdam")]
    [InlineData("0 0 ? * FRIL", "on the last Friday of every month at 00:00 Europe/Amsterdam")]
    [InlineData("0 0 ? 1,7 MON#2", "on the second Monday of January and July at 00:00 Europe/Amsterdam")]
    [InlineData("0 0 * * SAT,SUN", "every Sunday and Saturday at 00:00 Europe/Amsterdam")]
    [InlineData("0 0 * * FRI-MON", "every Sunday, Monday, Friday and Saturday at 00:00 Europe/Amsterdam")]
    [InlineData("0 0 * MAR-OCT *", "every day in March to October at 00:00 Europe/Amsterdam")]
    [InlineData("TZ=Asia/Tokyo 0 4 * * *", "every day at 04:00 Asia/Tokyo")]
    [InlineData("@every 1h30m", "every 1 hour 30 minutes")]
    [InlineData("@every 45s", "every 45 seconds")]
    public void A_schedule_is_told_in_plain_words(string expression, string words) =>
        Assert.Equal(words, Timetable(expression, "Europe/Amsterdam").Describe());

    [Fact]
    public void The_description_names_the_claims_own_times_and_its_share_of_the_spread()
    {
        var plain = Schedule("H H * * *").For(Orders, Zone("UTC"), Duration.Zero);
        var moved = Schedule("0 2 * * *").For(Orders, Zone("UTC"), Duration.FromMinutes(30));
        Assert.Matches(@"^every day at \d\d:\d\d UTC$", plain.Describe());
        Assert.Contains(plain.Next(At("2026-11-22T00:00Z")).Map(next => next.ToString("HH:mm", null)).IfNone("none"), plain.Describe(), StringComparison.Ordinal);
        Assert.Matches(@"^every day at 02:00 UTC, .* later by its share of the spread$", moved.Describe());
    }
}
