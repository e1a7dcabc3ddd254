namespace Backsnap.Domain.Maintenances;

/// <summary>What is done to a repository beside backups and restores.</summary>
public enum MaintenanceKind
{
    /// <summary>Gives back the space of what no snapshot needs any more (<c>restic prune</c>).</summary>
    Prune,

    /// <summary>Looks for damage: always at the structure, and at a part of the data where one is named (<c>restic check</c>).</summary>
    Check,
}
