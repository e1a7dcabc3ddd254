using Backsnap.Host.Operator;
using Backsnap.Kubernetes;

namespace Backsnap.Host.Tests.Operator;

/// <summary>Several operators, one Lease: never two that act, and never long nobody. The clock moves only when the test says.</summary>
public sealed class LeaderElectionTests : IAsyncDisposable
{
    private readonly FakeApi shared = new();
    private readonly List<Candidate> candidates = [];
    private int acting;
    private int most;

    [Fact]
    public async Task One_of_two_acts()
    {
        Enter("a");
        Enter("b");
        await Pass(60);
        Assert.Equal((1, 1), (acting, most));
    }

    [Fact]
    public async Task On_a_stop_another_acts_within_seconds()
    {
        var a = Enter("a");
        await Pass(2);
        var b = Enter("b");
        await Pass(4);
        Assert.True(a.Acts && !b.Acts);
        await a.Stop();
        await Pass(4);
        Assert.True(b.Acts);
        Assert.Equal(1, most);
    }

    [Fact]
    public async Task Who_vanished_is_followed_when_its_term_is_over_and_not_before()
    {
        shared.Plant(Resources.Leases, """
            {"metadata":{"name":"leader.backsnap.skyb.it","namespace":"backsnap"},"spec":{"holderIdentity":"gone","leaseDurationSeconds":15,"renewTime":"2001-01-01T00:00:00.000000Z"}}
            """);
        var a = Enter("a");
        await Pass(14);
        Assert.False(a.Acts);
        await Pass(6);
        Assert.True(a.Acts);
        Assert.Equal(1, shared.All(Resources.Leases).Single().Spec!.LeaseTransitions);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_cannot_renew_stops_before_another_may_act(bool silent)
    {
        var a = Enter("a");
        await Pass(2);
        var b = Enter("b");
        await Pass(2);
        a.IsCutOff = true;
        a.IsSilent = silent;
        await Pass(11);
        Assert.False(a.Acts);
        await Pass(12);
        Assert.True(b.Acts);
        a.IsCutOff = false;
        await Pass(30);
        Assert.True(b.Acts && !a.Acts);
        Assert.Equal(1, most);
    }

    [Fact]
    public async Task A_lease_that_was_won_by_a_late_answer_counts_from_when_it_was_asked_for()
    {
        var a = Enter("a", answersAfter: 8);
        await Pass(1);
        var b = Enter("b");
        await Pass(8);
        Assert.True(a.Acts);
        a.IsCutOff = true;

        // The Lease was written at once and is b's after fifteen seconds; a heard of it eight seconds later.
        await Pass(12);
        Assert.True(b.Acts && !a.Acts);
        Assert.Equal(1, most);
    }

    [Fact]
    public async Task Who_waits_for_a_server_that_never_answers_asks_again_and_leads_once_it_does()
    {
        var a = Enter("a");
        a.IsDumb = true;
        await Pass(30);
        a.IsDumb = false;
        await Pass(14);
        Assert.True(a.Acts);
    }

    [Fact]
    public async Task Without_an_answer_about_the_lease_nobody_acts()
    {
        var a = Enter("a");
        a.IsCutOff = true;
        var b = Enter("b");
        b.IsCutOff = true;
        await Pass(60);
        Assert.Equal(0, most);
    }

    [Fact]
    public async Task A_short_disturbance_changes_nothing()
    {
        var a = Enter("a");
        await Pass(2);
        Enter("b");
        a.IsCutOff = true;
        await Pass(6);
        a.IsCutOff = false;
        await Pass(60);
        Assert.True(a.Acts);
        Assert.Equal(1, a.Terms);
    }

    [Fact]
    public async Task Whatever_is_cut_off_and_when_there_are_never_two()
    {
        var chance = new Random(Seed);
        var all = new[] { Enter("a"), Enter("b"), Enter("c") };
        for (var step = 0; step < 60; step++)
        {
            foreach (var candidate in all)
            {
                (candidate.IsCutOff, candidate.IsSilent) = (chance.Next(3) == 0, chance.Next(2) == 0);
            }

            await Pass(chance.Next(1, 8));
            Assert.True(most <= 1, $"two acted at once; BACKSNAP_SEED={Seed}");
        }

        foreach (var candidate in all)
        {
            candidate.IsCutOff = false;
        }

        await Pass(40);
        Assert.Equal((1, 1), (acting, most));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var candidate in candidates)
        {
            candidate.IsCutOff = false;
            await candidate.Stop();
            candidate.Dispose();
        }
    }

    private static int Seed { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("BACKSNAP_SEED")?.Split(',')[0], out var given) ? given : Environment.TickCount;

    private Candidate Enter(string name, double answersAfter = 0)
    {
        var candidate = new Candidate(this, name, answersAfter);
        candidates.Add(candidate);
        return candidate;
    }

    // In small steps, and each only when every candidate waits for the clock: a stopped one waits for nothing.
    private async Task Pass(double seconds)
    {
        for (var passed = 0.0; passed < seconds; passed += 0.5)
        {
            await Settled();
            candidates.ForEach(candidate => candidate.Clock.Advance(0.5));
        }

        await Settled();
    }

    private Task Settled() => Eventually.Holds(() => candidates.All(candidate => candidate.IsStopped || candidate.Clock.Set > 0), "everybody waits for the clock");

    private sealed class Candidate : IDisposable
    {
        private readonly CancellationTokenSource stop = new();
        private readonly Task life;
        private int terms;
        private int active;

        public Candidate(LeaderElectionTests test, string name, double answersAfter)
        {
            // As a client that gives up after five seconds, or is refused at once.
            var api = new FakeApi(test.shared)
            {
                Before = (_, cancel) => IsDumb ? Task.Delay(Timeout.InfiniteTimeSpan, Clock, cancel)
                    : IsCutOff && IsSilent ? Task.Delay(TimeSpan.FromSeconds(5), Clock, cancel) : Task.CompletedTask,
                After = (request, cancel) => answersAfter > 0 && request.Verb is "create" ? Task.Delay(TimeSpan.FromSeconds(answersAfter), Clock, cancel) : Task.CompletedTask,
                Refuse = _ => IsCutOff ? ApiErrorKind.Unavailable : null,
            };
            var election = new LeaderElection(api, "backsnap", name, Clock, new Lines<LeaderElection>());
            life = Task.Run(() => election.Lead(cancel => Act(test, cancel), stop.Token));
        }

        public HandClock Clock { get; } = HandClock.AtNight();

        public bool IsCutOff { get; set; }

        public bool IsSilent { get; set; }

        /// <summary>Whether nothing that it asks is ever answered.</summary>
        public bool IsDumb { get; set; }

        public bool IsStopped { get; private set; }

        public bool Acts => Volatile.Read(ref active) == 1;

        public int Terms => Volatile.Read(ref terms);

        public void Dispose() => stop.Dispose();

        public async Task Stop()
        {
            await stop.CancelAsync();
            try
            {
                await life;
            }
            catch (OperationCanceledException)
            {
                // So it ends.
            }

            IsStopped = true;
        }

        private async Task Act(LeaderElectionTests test, CancellationToken cancel)
        {
            Interlocked.Increment(ref terms);
            Volatile.Write(ref active, 1);
            var now = Interlocked.Increment(ref test.acting);
            test.most = Math.Max(test.most, now);
            try
            {
                await Task.Delay(Timeout.Infinite, cancel);
            }
            finally
            {
                Interlocked.Decrement(ref test.acting);
                Volatile.Write(ref active, 0);
            }
        }
    }
}
