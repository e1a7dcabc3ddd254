using NodaTime;

namespace Backsnap.Simulation.Tests.Controllers;

/// <summary>A restic snapshot.</summary>
/// <param name="Id">64 hexadecimal digits.</param>
/// <param name="Time">The time that it bears.</param>
/// <param name="Tags">Its tags.</param>
/// <param name="Content">What the volume held.</param>
internal sealed record Saved(string Id, Instant Time, IReadOnlyList<string> Tags, string Content);

/// <summary>What is true behind the API: the contents of volumes, of storage snapshots, and of restic repositories. Contents are words.</summary>
internal sealed class Volumes
{
    /// <summary>What a new volume holds.</summary>
    public const string Empty = "(empty)";

    private readonly Dictionary<string, string> volumes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> kept = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> snapshots = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, List<Saved>> repositories = new(StringComparer.Ordinal);

    /// <summary>The repositories by address, their snapshots from old to new.</summary>
    public IReadOnlyDictionary<string, List<Saved>> Repositories => repositories;

    /// <summary>What a claim's volume holds, by the claim's uid; null for a claim without a volume.</summary>
    public string? Of(string claim) => volumes.GetValueOrDefault(claim);

    /// <summary>Writes into a claim's volume.</summary>
    public void Write(string claim, string content) => volumes[claim] = content;

    /// <summary>A claim's volume is gone.</summary>
    public void Drop(string claim) => volumes.Remove(claim);

    /// <summary>A claim is gone, its volume is kept.</summary>
    public void Part(string claim, string volume)
    {
        if (volumes.Remove(claim, out var content))
        {
            kept[volume] = content;
        }
    }

    /// <summary>A volume that was kept is another claim's.</summary>
    public void Join(string volume, string claim)
    {
        if (kept.Remove(volume, out var content))
        {
            volumes[claim] = content;
        }
    }

    /// <summary>A volume that was kept is gone.</summary>
    public void DropKept(string volume) => kept.Remove(volume);

    /// <summary>What a VolumeSnapshot holds, by its uid; null for one that holds nothing yet.</summary>
    public string? OfSnapshot(string snapshot) => snapshots.GetValueOrDefault(snapshot);

    /// <summary>Takes a storage snapshot.</summary>
    public void Take(string snapshot, string content) => snapshots[snapshot] = content;

    /// <summary>A storage snapshot is gone.</summary>
    public void DropSnapshot(string snapshot) => snapshots.Remove(snapshot);

    /// <summary>Saves into a repository, which comes into being with its first snapshot. Of many only the newest are kept: retention.</summary>
    public void Save(string repository, Saved saved)
    {
        var all = repositories.TryGetValue(repository, out var known) ? known : repositories[repository] = [];
        all.Add(saved);
        if (all.Count > 20)
        {
            all.RemoveAt(0);
        }
    }

    /// <summary>The snapshots of a repository, new to old.</summary>
    public IEnumerable<Saved> In(string repository) => repositories.TryGetValue(repository, out var known) ? known.AsEnumerable().Reverse().OrderByDescending(saved => saved.Time) : [];
}
