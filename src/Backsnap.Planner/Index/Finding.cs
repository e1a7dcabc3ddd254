using Backsnap.Domain.Cluster;
using NodaTime;

namespace Backsnap.Planner.Index;

/// <summary>
/// What was found out about a claim that gives nothing to do. It holds from <paramref name="From"/> until <paramref name="Until"/> (exclusive), or until something that it
/// rests on changes.
/// </summary>
/// <param name="Verdict">What becomes of the claim; null where only its history is left.</param>
/// <param name="Parts">What is waited for and what somebody should know, in the order of <see cref="ClaimPlans"/>; null where there is nothing of that.</param>
/// <param name="From">When it was found.</param>
/// <param name="Until">When it is to be looked at again.</param>
internal sealed record Finding(Verdict? Verdict, IReadOnlyList<Plan>? Parts, Instant From, Instant Until);
