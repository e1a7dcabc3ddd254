namespace Backsnap.Host.Mover.HalfMade;

/// <summary>
/// The place of a repository in its store, as far as a half-made one has to be looked at. Only local directories, S3 and rest-servers are
/// known here; restic itself offers no command that looks at a repository it cannot open.
/// </summary>
internal interface IPlace
{
    /// <summary>Everything that lies there; null where it cannot be told, or is more than one answer of the store.</summary>
    Task<Remains?> List(CancellationToken stop);

    /// <summary>The content of a small object; null where it cannot be had.</summary>
    Task<string?> Read(string name, CancellationToken stop);

    /// <summary>Removes one object; whether that was done.</summary>
    Task<bool> Remove(string name, CancellationToken stop);
}

/// <summary>Finds the place that an address of restic means.</summary>
internal static class Places
{
    /// <summary>The place; null for the stores that are not known here, and where what is needed to speak to them is not in the environment.</summary>
    /// <param name="repository">The address as restic takes it.</param>
    /// <param name="environment">What restic gets to see.</param>
    public static IPlace? Of(string repository, IReadOnlyDictionary<string, string> environment) =>
        repository.StartsWith("s3:", StringComparison.Ordinal) ? S3Place.Of(repository["s3:".Length..], environment)
        : repository.StartsWith("rest:", StringComparison.Ordinal) ? RestPlace.Of(repository["rest:".Length..], environment)
        : repository.StartsWith("local:", StringComparison.Ordinal) ? new LocalPlace(repository["local:".Length..])
        : repository.StartsWith('/') ? new LocalPlace(repository)
        : null;
}
