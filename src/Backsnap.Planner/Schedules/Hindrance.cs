using Backsnap.Domain.Backups;
using Backsnap.Domain.Claims;
using Backsnap.Domain.Cluster;
using Backsnap.Domain.Objects;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Schedules;

/// <summary>What keeps a due slot from being served at this moment, and until when at the latest, where that is known.</summary>
internal sealed record Hindrance(string Why, Option<Instant> Until)
{
    /// <summary>The hindrance of a slot's first attempt, or of a later one, if there is one.</summary>
    public static Option<Hindrance> Of(Claim claim, Instant slot, Seq<Backup> history, Survey survey, int attempt = 1)
    {
        var name = SlotName.For(claim.Ref, slot, attempt);
        var running = history.Filter(backup => !backup.Phase.IsFinished).OrderBy(backup => backup.Id.Name, StringComparer.Ordinal).ToSeq().HeadOrNone()
            .Map(backup => new Hindrance($"PVCBackup {backup.Id.Name} is not over yet, and backups of one claim do not overlap", None));
        // Asked for again, it would be refused again and again.
        var taken = survey.Backup(claim.Id.Namespace, name).IsSome ? Some(new Hindrance($"a PVCBackup {name} of another claim has its name", None)) : None;
        var refused = survey.Cluster.Troubles.Find(Trouble.KeyOf(ObjectKind.PvcBackup, claim.Id.Namespace, name))
            .Map(trouble => new Hindrance($"the API server refused PVCBackup {name}: {trouble.Why}", Some(trouble.Until)));
        return running | taken | refused;
    }
}
