using Backsnap.Host.Operator;
using NodaTime;

namespace Backsnap.Host.Tests.Operator;

public sealed class ClusterClockTests
{
    private static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(50);

    // What a hand clock shows that nobody has set is the server's time here.
    private readonly HandClock hand = HandClock.AtNight();
    private readonly HandClock server = HandClock.AtNight();
    private readonly ClusterClock clock;

    public ClusterClockTests() => clock = new ClusterClock(hand, hand);

    [Fact]
    public void Before_the_server_has_said_anything_it_is_the_machines()
    {
        hand.Step(Duration.FromHours(3));
        Assert.Equal(hand.GetCurrentInstant(), clock.GetCurrentInstant());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(29)]
    [InlineData(-29)]
    public void A_machine_that_agrees_within_half_a_minute_shows_its_own_time(int seconds)
    {
        hand.Step(Duration.FromSeconds(seconds));
        Hear();
        Pass(100.25);
        Assert.Equal(hand.GetCurrentInstant(), clock.GetCurrentInstant());
    }

    [Theory]
    [InlineData(3 * 3600)]
    [InlineData(-2 * 3600)]
    [InlineData(31)]
    public void A_machine_that_is_out_is_not_believed_from_the_instant_that_its_clock_is_set(int seconds)
    {
        Hear();
        Pass(100.25);
        hand.Step(Duration.FromSeconds(seconds));
        Assert.Equal(server.GetCurrentInstant(), clock.GetCurrentInstant());
        Pass(7200);
        Assert.Equal(server.GetCurrentInstant(), clock.GetCurrentInstant());
        hand.Step(Duration.FromSeconds(-seconds));
        Assert.Equal(hand.GetCurrentInstant(), clock.GetCurrentInstant());
    }

    [Fact]
    public void Answers_in_whole_seconds_make_it_neither_early_nor_go_back()
    {
        hand.Step(Duration.FromHours(3));
        var before = Instant.MinValue;
        for (var answer = 0; answer < 50; answer++)
        {
            Pass(0.37);
            Hear();
            var now = clock.GetCurrentInstant();
            Assert.True(now >= before && now <= server.GetCurrentInstant() && now > server.GetCurrentInstant() - Duration.FromSeconds(1), $"{now} while the server has {server.GetCurrentInstant()}, after {before}");
            before = now;
        }
    }

    [Fact]
    public void A_server_whose_clock_is_set_is_followed_both_ways()
    {
        hand.Step(Duration.FromHours(3));
        Hear();
        foreach (var by in new[] { Duration.FromHours(1), Duration.FromHours(-1) })
        {
            server.Step(by);
            Hear();
            Assert.Equal(server.GetCurrentInstant(), clock.GetCurrentInstant());
        }
    }

    [Fact]
    public void An_answer_that_was_long_under_way_says_nothing()
    {
        hand.Step(Duration.FromHours(3));
        Hear();
        var date = server.GetCurrentInstant();
        Pass(20);
        clock.Hear(date.ToDateTimeOffset(), TimeSpan.FromSeconds(20));
        Assert.Equal(server.GetCurrentInstant(), clock.GetCurrentInstant());
    }

    [Fact]
    public void It_says_once_that_the_clocks_are_apart_and_once_that_they_agree()
    {
        var lines = new Lines<ClusterClock>();
        clock.Log = lines;
        Hear();
        hand.Step(Duration.FromHours(3));
        Hear();
        Hear();
        hand.Step(-Duration.FromHours(5));
        Hear();
        hand.Step(Duration.FromHours(2));
        Hear();
        Hear();
        Assert.Equal(
            ["Warning: This machine's clock is 3h0m0s ahead of the API server's; the operator goes by the API server's", "Information: This machine's clock agrees with the API server's again"],
            lines.All);
    }

    private void Pass(double seconds)
    {
        hand.Advance(seconds);
        server.Advance(seconds);
    }

    private void Hear() => clock.Hear(Instant.FromUnixTimeSeconds(server.GetCurrentInstant().ToUnixTimeSeconds()).ToDateTimeOffset(), AtOnce);
}
