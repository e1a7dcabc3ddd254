namespace Backsnap.Host.Tests;

/// <summary>The programs that tests need beside .NET, found as scripts/test.sh leaves them.</summary>
internal static class Tools
{
    /// <summary>restic: BACKSNAP_RESTIC, else on PATH, else .tools/bin/restic of the repository.</summary>
    public static string Restic { get; } =
        Environment.GetEnvironmentVariable("BACKSNAP_RESTIC") is { Length: > 0 } named ? named
        : OnPath("restic") ?? InRepository("bin/restic")
        ?? throw new InvalidOperationException("The tests need restic: run scripts/test.sh, which gets it, or set BACKSNAP_RESTIC.");

    /// <summary>The oldest supported restic, or null where it could not be had.</summary>
    public static string? OldestRestic { get; } = InRepository("bin/restic-oldest");

    /// <summary>The library that sets the clock of one process, or null where it could not be had.</summary>
    public static string? FakeTime { get; } = InRepository("faketime/libfaketime.so");

    /// <summary>A program on PATH, or null.</summary>
    public static string? OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(directory => Path.Combine(directory, program))
            .FirstOrDefault(File.Exists);

    /// <summary>A file below .tools of this directory or of one above it, or null.</summary>
    public static string? InRepository(string path)
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
            if (Path.Combine(directory.FullName, ".tools", path) is var candidate && File.Exists(candidate))
                return candidate;
        return null;
    }
}
