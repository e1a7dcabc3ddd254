namespace Backsnap.Architecture.Tests;

/// <summary>The files of this repository.</summary>
internal static class Repository
{
    private static readonly string[] Code = ["src", "tests", "benchmarks", "build"];

    /// <summary>The directory of the solution, above the one that the tests run in.</summary>
    public static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    /// <summary>All files below a directory of the repository, as paths relative to the root, without what a build makes.</summary>
    public static IEnumerable<string> Files(string directory, string pattern) =>
        Directory.Exists(Path.Combine(Root, directory))
            ? Directory.EnumerateFiles(Path.Combine(Root, directory), pattern, SearchOption.AllDirectories)
                .Select(path => Path.GetRelativePath(Root, path).Replace(Path.DirectorySeparatorChar, '/'))
                .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
            : [];

    /// <summary>All source files that people write.</summary>
    public static IEnumerable<string> Sources() => Code.SelectMany(directory => Files(directory, "*.cs"));

    /// <summary>All project files.</summary>
    public static IEnumerable<string> Projects() => Code.SelectMany(directory => Files(directory, "*.csproj"));

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    private static string FindRoot(string directory) =>
        File.Exists(Path.Combine(directory, "Backsnap.sln"))
            ? directory
            : FindRoot(Path.GetDirectoryName(directory) ?? throw new InvalidOperationException("Backsnap.sln is in none of the directories above the tests"));
}
