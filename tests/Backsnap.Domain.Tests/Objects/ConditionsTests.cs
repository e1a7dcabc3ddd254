using Backsnap.Domain.Objects;
using LanguageExt;
using NodaTime;

namespace Backsnap.Domain.Tests.Objects;

public sealed class ConditionsTests
{
    private static readonly Instant Early = Instant.FromUtc(2026, 11, 22, 2, 30);
    private static readonly Instant Later = Early + Duration.FromMinutes(1);

    [Fact]
    public void A_transition_time_moves_only_for_the_conditions_that_turn()
    {
        var going = Conditions.Progressing(Seq<Condition>.Empty, Early, "Running", "restic runs");
        var done = Conditions.Succeeded(going, Later, "Succeeded", "saved");
        Assert.Equal(Later, Find(done, "Ready").Since);
        Assert.Equal(Later, Find(done, "Complete").Since);
        Assert.Equal(Later, Find(done, "Reconciling").Since);
        Assert.Equal(Early, Find(done, "Failed").Since);
        Assert.Equal(Early, Find(done, "Stalled").Since);
    }

    [Fact]
    public void A_new_reason_alone_moves_no_transition_time()
    {
        var going = Conditions.Progressing(Seq<Condition>.Empty, Early, "Queued", "waits");
        var still = Conditions.Progressing(going, Later, "Running", "runs");
        Assert.All(still.AsEnumerable(), condition => Assert.Equal(Early, condition.Since));
        Assert.Equal("Running", Find(still, "Ready").Reason);
    }

    [Fact]
    public void Success_and_failure_read_the_same_to_kstatus_and_to_those_who_know_Jobs()
    {
        var done = Conditions.Succeeded(Seq<Condition>.Empty, Early, "Succeeded", "");
        var failed = Conditions.Failed(Seq<Condition>.Empty, Early, "WrongPassword", "");
        Assert.Equal("Ready Complete", Holding(done));
        Assert.Equal("Stalled Failed", Holding(failed));
        Assert.Equal("Reconciling", Holding(Conditions.Progressing(Seq<Condition>.Empty, Early, "Running", "")));
    }

    private static Condition Find(Seq<Condition> all, string type) => Assert.Single(all.AsEnumerable(), condition => condition.Type == type);

    private static string Holding(Seq<Condition> all) => string.Join(' ', all.Where(condition => condition.Holds).Select(condition => condition.Type));
}
