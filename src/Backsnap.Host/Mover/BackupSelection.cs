using System.Collections.Immutable;

namespace Backsnap.Host.Mover;

/// <summary>What of the volume is left out of a backup.</summary>
/// <param name="Excludes">
/// Patterns of restic, seen from the volume: <c>/cache</c> is the volume's own directory of that name, <c>*.tmp</c> or <c>a/b</c> are meant at
/// any depth, and <c>!</c> before one takes back what an earlier one left out. None of them can name the volume's root itself.
/// </param>
/// <param name="Caches">Directories that are marked as caches by a <c>CACHEDIR.TAG</c> are left out.</param>
/// <param name="OneFileSystem">What is mounted below the volume is left out.</param>
internal sealed record BackupSelection(ImmutableArray<string> Excludes, bool Caches, bool OneFileSystem)
{
    /// <summary>The whole volume.</summary>
    public static readonly BackupSelection Everything = new([], Caches: false, OneFileSystem: false);

    /// <summary>
    /// restic's options. A pattern stays within its option's own argument: it can become no option, and unlike a line of a pattern file it
    /// is neither a comment nor are variables put into it.
    /// </summary>
    /// <param name="root">The volume as restic sees it, without a slash at its end.</param>
    public IEnumerable<string> Arguments(string root) =>
    [
        $"--exclude={Literal(root)}/lost+found",
        .. Excludes.Select(pattern => $"--exclude={Below(Literal(root), pattern)}"),
        .. Caches ? new[] { "--exclude-caches" } : [],
        .. OneFileSystem ? new[] { "--one-file-system" } : [],
    ];

    /// <summary>What is wrong with a pattern; null when nothing is.</summary>
    public static string? Problem(string pattern) =>
        pattern.TrimStart('!').Trim('/').Trim().Length == 0 ? $"--exclude '{pattern}' names nothing"
        : pattern.Any(char.IsControl) ? "--exclude holds control characters"
        : null;

    private static string Below(string root, string pattern) =>
        pattern.StartsWith('!') ? "!" + Below(root, pattern[1..])
        : pattern.StartsWith('/') ? root + pattern
        : $"{root}/**/{pattern}";

    // A path is no pattern: what a pattern would read as one is escaped.
    private static string Literal(string path) =>
        string.Concat(path.Select(letter => letter is '*' or '?' or '[' or '\\' ? $"\\{letter}" : letter.ToString()));
}
