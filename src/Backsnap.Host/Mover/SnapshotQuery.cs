using System.Collections.Immutable;
using System.Text.RegularExpressions;
using NodaTime;

namespace Backsnap.Host.Mover;

/// <summary>Which of a claim's snapshots is wanted.</summary>
internal abstract partial record SnapshotQuery
{
    private SnapshotQuery()
    {
    }

    /// <summary>The newest there is.</summary>
    public sealed record Newest : SnapshotQuery;

    /// <summary>The newest that is not after this instant.</summary>
    public sealed record AsOf(Instant Time) : SnapshotQuery;

    /// <summary>The one whose id begins so: 4 to 64 hexadecimal digits.</summary>
    public sealed record WithId(string Prefix) : SnapshotQuery;

    /// <summary>Whether the text can be a snapshot's id or its beginning; nothing else ever reaches restic's command line.</summary>
    public static bool IsId(string text) => IdForm().IsMatch(text);

    /// <summary>Whether the text is a whole id.</summary>
    public static bool IsFullId(string text) => IsId(text) && text.Length == 64;

    [GeneratedRegex("^[0-9a-f]{4,64}\\z")]
    private static partial Regex IdForm();
}

/// <summary>Picks a snapshot from those of one claim.</summary>
internal static class SnapshotChoice
{
    public const int MostAvailable = 10;

    /// <summary>The snapshot that answers, or the failure with what there is.</summary>
    /// <param name="snapshots">The claim's snapshots in any order.</param>
    public static MoverOutcome Choose(ImmutableArray<SnapshotInfo> snapshots, SnapshotQuery query)
    {
        // Two snapshots of one instant are told apart by their ids, so that each run chooses alike.
        var newestFirst = snapshots.OrderByDescending(snapshot => snapshot.Time).ThenBy(snapshot => snapshot.Id, StringComparer.Ordinal).ToImmutableArray();
        return query switch
        {
            SnapshotQuery.Newest => First(newestFirst, newestFirst, "there is no snapshot of this host and path"),
            SnapshotQuery.AsOf(var time) => First(
                newestFirst.Where(snapshot => snapshot.Time <= time),
                newestFirst,
                newestFirst.Length == 0
                    ? "there is no snapshot of this host and path"
                    : $"all {newestFirst.Length} are later than {Rfc3339.Write(time)}, the oldest is of {Rfc3339.Write(newestFirst[^1].Time)}"),
            SnapshotQuery.WithId(var prefix) => Single(
                [.. newestFirst.Where(snapshot => snapshot.Id.StartsWith(prefix, StringComparison.Ordinal))], newestFirst, prefix),
        };
    }

    private static MoverOutcome First(IEnumerable<SnapshotInfo> matching, ImmutableArray<SnapshotInfo> all, string none) =>
        matching.FirstOrDefault() is { } chosen ? new MoverOutcome.Found(chosen) : None(all, none);

    private static MoverOutcome Single(ImmutableArray<SnapshotInfo> matching, ImmutableArray<SnapshotInfo> all, string prefix) => matching switch
    {
        [var only] => new MoverOutcome.Found(only),
        [] => None(all, $"no snapshot of this host and path begins with {prefix}" + (all.Length == 0 ? ", nor is there any other" : "")),
        _ => None(matching, $"{matching.Length} snapshots begin with {prefix}: give more of the id"),
    };

    private static MoverOutcome.Failed None(ImmutableArray<SnapshotInfo> available, string why) =>
        new(new Failure(FailureKind.NoSnapshot, why), [.. available.Take(MostAvailable)]);
}
