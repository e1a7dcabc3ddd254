using System.Collections.Immutable;

namespace Backsnap.Host.Mover;

/// <summary>
/// Stand-ins for the pod's mounts where there are no mount namespaces: environment variable <c>BACKSNAP_PATH_MAP</c>, as in
/// <c>/data=/var/lib/x/volumes/1:/cache=/tmp/c</c>. Empty in every real pod.
/// </summary>
internal sealed record PathMap(ImmutableArray<(string From, string To)> Entries)
{
    public const string Variable = "BACKSNAP_PATH_MAP";

    /// <summary>Reads the variable's value; entries that are not <c>/from=/to</c> are left out.</summary>
    public static PathMap Parse(string? text) => new(
    [
        .. (text ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(entry => entry.Split('=', 2))
            .Where(parts => parts is [['/', ..], ['/', ..]])
            .Select(parts => (parts[0].TrimEnd('/'), parts[1])),
    ]);

    /// <summary>The place itself: the longest entry that the path is, or lies in, decides.</summary>
    public string Apply(string path) =>
        Entries.Where(entry => path == entry.From || path.StartsWith(entry.From + "/", StringComparison.Ordinal))
            .OrderByDescending(entry => entry.From.Length)
            .Select(entry => entry.To.TrimEnd('/') + path[entry.From.Length..])
            .FirstOrDefault(path);
}
