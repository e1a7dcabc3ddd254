using Backsnap.Domain.Claims;

namespace Backsnap.Planner.Admission;

/// <summary>A candidate's turn, in the order of the queue: it begins, or waits for what is limited.</summary>
internal sealed record Turn(Candidate Candidate, LanguageExt.Option<Limit> Waits);

/// <summary>
/// The order in which candidates get what is free: by rank; then the namespace with the fewest running backups; then the longest overdue,
/// in intervals of its schedule; then by name. Who alone is held up by his driver or node is passed over, and holds up nobody.
/// </summary>
internal static class Queue
{
    /// <summary>Everybody's turn. Whatever is free is taken in <paramref name="taken"/> on the way.</summary>
    public static IReadOnlyList<Turn> Turns(IEnumerable<Candidate> candidates, Occupancy taken)
    {
        var turns = new List<Turn>();
        foreach (var rank in candidates.GroupBy(candidate => candidate.Rank).OrderBy(rank => rank.Key))
        {
            var lines = rank.GroupBy(candidate => candidate.Namespace)
                .ToDictionary(line => line.Key, line => new Queue<Candidate>(line.OrderByDescending(candidate => candidate.Overdue).ThenBy(Name, StringComparer.Ordinal)));
            var heads = new PriorityQueue<NamespaceName, Standing>(lines.Select(line => (line.Key, Standing.Of(line.Value.Peek(), taken))));
            while (heads.TryDequeue(out var home, out _))
            {
                turns.Add(Give(lines[home].Dequeue(), taken));
                if (lines[home].TryPeek(out var next))
                {
                    heads.Enqueue(home, Standing.Of(next, taken));
                }
            }
        }

        return turns;
    }

    private static Turn Give(Candidate candidate, Occupancy taken)
    {
        var limit = taken.LimitOf(candidate);
        if (limit.IsNone)
        {
            taken.Take(candidate);
        }
        else if (taken.IsFull)
        {
            taken.Pass(candidate);
        }

        return new Turn(candidate, limit);
    }

    private static string Name(Candidate candidate) => $"{candidate.Namespace}/{candidate.Backup.Id.Name}";

    // Total, since no two backups have the same name: the order of what was seen does not matter.
    private sealed record Standing(int Running, double Overdue, string Name) : IComparable<Standing>
    {
        public static Standing Of(Candidate head, Occupancy taken) => new(taken.In(head.Namespace), head.Overdue, Queue.Name(head));

        public int CompareTo(Standing? other) => other is null ? 1
            : Running != other.Running ? Running.CompareTo(other.Running)
            : Overdue != other.Overdue ? other.Overdue.CompareTo(Overdue)
            : string.CompareOrdinal(Name, other.Name);
    }
}
