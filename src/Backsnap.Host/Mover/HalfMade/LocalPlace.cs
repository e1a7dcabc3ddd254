namespace Backsnap.Host.Mover.HalfMade;

/// <summary>A directory of this machine.</summary>
internal sealed class LocalPlace(string directory) : IPlace
{
    // A half-made repository holds a handful of files in some 260 directories.
    private const int Most = 1000;

    public Task<Remains?> List(CancellationToken stop) => Task.FromResult(Try(() =>
    {
        // Links are named and not followed; what may not be seen is not passed over but an error.
        var every = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false };
        var names = new DirectoryInfo(directory).EnumerateFileSystemInfos("*", every)
            .Where(entry => entry is not DirectoryInfo { LinkTarget: null })
            .Select(entry => Path.GetRelativePath(directory, entry.FullName))
            .Take(Most + 1).ToList();
        return names.Count > Most ? null : new Remains([.. names]);
    }));

    public Task<string?> Read(string name, CancellationToken stop) => Task.FromResult(Try(() => File.ReadAllText(Path.Combine(directory, name))));

    public Task<bool> Remove(string name, CancellationToken stop) => Task.FromResult(Try(() =>
    {
        File.Delete(Path.Combine(directory, name));
        return "";
    }) is not null);

    private static T? Try<T>(Func<T?> ask)
        where T : class
    {
        try
        {
            return ask();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
