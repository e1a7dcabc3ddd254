using Backsnap.Domain.Backups;
using Backsnap.Domain.Claims;
using Backsnap.Planner.Backups;
using LanguageExt;

namespace Backsnap.Planner.Admission;

/// <summary>A backup that could begin now, if there were a place for it.</summary>
/// <param name="Backup">The backup.</param>
/// <param name="Suitable">How its claim can be snapshotted.</param>
/// <param name="Node">The node on which its mover will run, where that is known already.</param>
/// <param name="Rank">Lower ranks go first, whatever else is said for the others.</param>
/// <param name="Overdue">For how many of its intervals its slot has waited.</param>
internal sealed record Candidate(Backup Backup, Suitability.Suitable Suitable, Option<string> Node, Rank Rank, double Overdue)
{
    /// <summary>The driver of its volume.</summary>
    public string Driver => Suitable.Class.Driver;

    /// <summary>Its namespace.</summary>
    public NamespaceName Namespace => Backup.Id.Namespace;
}

/// <summary>
/// Who goes before whom. Somebody waits for a backup that was made by hand. What is likely to hold its place in vain, because another attempt
/// just failed or its driver makes no snapshots, goes last: one claim's trouble must not hold up the others.
/// </summary>
internal enum Rank
{
    /// <summary>Asked for by hand.</summary>
    ByHand,

    /// <summary>Made for a slot.</summary>
    Scheduled,

    /// <summary>Asked for by hand, of a driver in distress.</summary>
    ByHandInTrouble,

    /// <summary>Made for a slot; another attempt at it failed, or its driver is in distress.</summary>
    ScheduledInTrouble,
}

/// <summary>What keeps a candidate from beginning.</summary>
internal enum Limit
{
    /// <summary>All places are taken, or none is given now.</summary>
    Places,

    /// <summary>The places for its driver are taken.</summary>
    Driver,

    /// <summary>The places on its node are taken.</summary>
    Node,

    /// <summary>The snapshotter has enough to do.</summary>
    Snapshots,
}
