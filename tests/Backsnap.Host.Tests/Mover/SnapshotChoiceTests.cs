using System.Collections.Immutable;
using Backsnap.Host.Mover;
using NodaTime;

namespace Backsnap.Host.Tests.Mover;

public sealed class SnapshotChoiceTests
{
    private static readonly ImmutableArray<SnapshotInfo> Three =
    [
        Snapshot("aaaa1", 1), Snapshot("aaaa2", 3), Snapshot("bbbb3", 2),
    ];

    [Fact]
    public void An_id_that_begins_two_snapshots_is_refused_and_both_are_named()
    {
        var failed = Assert.IsType<MoverOutcome.Failed>(SnapshotChoice.Choose(Three, new SnapshotQuery.WithId("aaaa")));

        Assert.Equal(FailureKind.NoSnapshot, failed.Failure.Kind);
        Assert.Contains("2 snapshots begin with aaaa", failed.Failure.Message, StringComparison.Ordinal);
        Assert.Equal(["aaaa2", "aaaa1"], failed.Available.Select(snapshot => snapshot.Id[..5]));
    }

    [Fact]
    public void Order_of_the_list_decides_nothing() =>
        Assert.Equal(
            SnapshotChoice.Choose(Three, new SnapshotQuery.Newest()),
            SnapshotChoice.Choose([.. Three.Reverse()], new SnapshotQuery.Newest()));

    [Fact]
    public void At_most_ten_are_offered_the_newest_first()
    {
        var many = Enumerable.Range(1, 30).Select(day => Snapshot($"{day:0000}", day)).ToImmutableArray();

        var failed = Assert.IsType<MoverOutcome.Failed>(SnapshotChoice.Choose(many, new SnapshotQuery.WithId("ffff")));

        Assert.Equal(Enumerable.Range(21, 10).Reverse(), failed.Available.Select(snapshot => (int)(snapshot.Time - Instant.FromUnixTimeSeconds(0)).TotalDays));
    }

    private static SnapshotInfo Snapshot(string id, int day) =>
        new(id.PadRight(64, '0'), Instant.FromUnixTimeSeconds(0) + Duration.FromDays(day), "shop", ["/data"], [], null);
}
