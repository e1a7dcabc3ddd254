using Backsnap.Domain.Backups;
using Backsnap.Domain.Claims;
using Backsnap.Domain.Maintenances;
using Backsnap.Domain.Objects;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Index;

/// <summary>What there is of one claim: itself, while it is there, and the PVCBackups and PVCMaintenances of it, in the order of their names.</summary>
/// <param name="name">Which claim.</param>
internal sealed class Dossier(ClaimRef name)
{
    private Option<(Instant Event, Option<Instant> End)> newest;

    /// <summary>Which claim.</summary>
    public ClaimRef Name { get; } = name;

    /// <summary>The claim; None where only its history is left.</summary>
    public Option<Claim> Claim { get; set; }

    /// <summary>Its PVCBackups.</summary>
    public Seq<Backup> Backups { get; private set; } = Seq<Backup>();

    /// <summary>Its PVCMaintenances.</summary>
    public Seq<Maintenance> Maintenances { get; private set; } = Seq<Maintenance>();

    /// <summary>What was found out about it at an earlier planning, and holds until something of it changes or the time comes; null where nothing is known.</summary>
    public Finding? Known { get; set; }

    /// <summary>Whether nothing is left of it.</summary>
    public bool IsEmpty => Claim.IsNone && Backups.IsEmpty && Maintenances.IsEmpty;

    /// <summary>The newest thing that happened to one of its backups, and when the last of them ended.</summary>
    public (Instant Event, Option<Instant> End) Newest
    {
        get
        {
            if (newest.Case is SomeCase<(Instant, Option<Instant>)>(var known))
            {
                return known;
            }

            var (happened, ended) = (Instant.MinValue, Option<Instant>.None);
            foreach (var backup in Backups)
            {
                happened = Instant.Max(happened, At(backup));
                ended = backup.FinishedAt.Map(at => ended.Match(other => Instant.Max(other, at), () => at)) | ended;
            }

            newest = Some((happened, ended));
            return (happened, ended);
        }
    }

    /// <summary>Takes changes of its PVCBackups.</summary>
    public void Change(IEnumerable<Backup> gone, IEnumerable<Backup> come)
    {
        Backups = Changed(Backups, gone, come, backup => backup.Id);
        newest = None;
    }

    /// <summary>Takes changes of its PVCMaintenances.</summary>
    public void Change(IEnumerable<Maintenance> gone, IEnumerable<Maintenance> come) => Maintenances = Changed(Maintenances, gone, come, maintenance => maintenance.Id);

    private static Seq<T> Changed<T>(Seq<T> all, IEnumerable<T> gone, IEnumerable<T> come, Func<T, Identity> identity)
        where T : class
    {
        // One or two of a few dozen: no set is worth its making.
        var left = gone as ICollection<T> ?? gone.ToList();
        return all.AsEnumerable().Where(item => !left.Any(other => ReferenceEquals(other, item))).Concat(come)
            .OrderBy(item => identity(item).Name, StringComparer.Ordinal).ThenBy(item => identity(item).Uid.Value, StringComparer.Ordinal)
            .ToSeq().Strict();
    }

    private static Instant At(Backup backup) => backup.Phase switch
    {
        BackupPhase.New or BackupPhase.Pending => backup.Id.Created,
        BackupPhase.Snapshotting phase => phase.StartedAt,
        BackupPhase.Provisioning phase => phase.StartedAt,
        BackupPhase.Running phase => phase.StartedAt,
        BackupPhase.Finished phase => phase.At,
    };
}
