using Backsnap.Domain.Backups;
using LanguageExt;
using NodaTime;

namespace Backsnap.Planner.Schedules;

/// <summary>The order of a claim's scheduled PVCBackups.</summary>
internal static class History
{
    /// <summary>
    /// Those that serve a slot, the newest first: by slot, then by attempt; what else tells two apart decides where somebody made them by
    /// hand, so that the order never depends on what was seen first.
    /// </summary>
    public static IOrderedEnumerable<Backup> Scheduled(Seq<Backup> history) => history
        .Filter(backup => backup.Slot.IsSome)
        .OrderByDescending(backup => backup.Slot.IfNone(Instant.MinValue))
        .ThenByDescending(backup => backup.Attempt)
        .ThenByDescending(backup => backup.Id.Created)
        .ThenByDescending(backup => backup.Id.Name, StringComparer.Ordinal);

    /// <summary>The newest attempt at the newest slot: it says which slot was served, and how often it was tried.</summary>
    public static Option<Backup> Newest(Seq<Backup> history) => Scheduled(history).ToSeq().HeadOrNone();
}
