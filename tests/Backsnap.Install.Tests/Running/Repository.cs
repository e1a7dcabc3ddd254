namespace Backsnap.Install.Tests.Running;

/// <summary>The files that are tested: this repository's own.</summary>
internal static class Repository
{
    /// <summary>The repository's root.</summary>
    public static string Root { get; } = Find();

    /// <summary>A file or directory in it.</summary>
    public static string At(string path) => Path.Combine(Root, path);

    /// <summary>A file's text.</summary>
    public static string Read(string path) => File.ReadAllText(At(path));

    /// <summary>Whether what is missing makes a test fail, as on a CI system, instead of being skipped.</summary>
    public static bool RequiresTools =>
        Environment.GetEnvironmentVariable("CI") == "true" || Environment.GetEnvironmentVariable("BACKSNAP_REQUIRE_TOOLS") == "1";

    private static string Find()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Backsnap.sln")))
            {
                return directory.FullName;
            }
        }

        throw new DirectoryNotFoundException("the tests run outside their repository");
    }
}
