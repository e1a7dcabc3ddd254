using System.Collections.Immutable;

namespace Backsnap.Host.Tree;

/// <summary>Says in words what differs between two trees.</summary>
internal static class TreeComparison
{
    /// <summary>One line for each difference, in the order of the paths; empty when the trees are alike.</summary>
    public static ImmutableArray<string> Differences(TreeFingerprint first, TreeFingerprint second)
    {
        var ours = first.Entries.ToDictionary(entry => entry.Path, StringComparer.Ordinal);
        var theirs = second.Entries.ToDictionary(entry => entry.Path, StringComparer.Ordinal);
        return
        [
            .. ours.Keys.Union(theirs.Keys, StringComparer.Ordinal)
                .Order(StringComparer.Ordinal)
                .SelectMany(path => (ours.GetValueOrDefault(path), theirs.GetValueOrDefault(path)) switch
                {
                    ({ } here, { } there) => OfEntry(here, there),
                    ({ }, null) => [$"{path}: only in the first"],
                    _ => [$"{path}: only in the second"],
                }),
        ];
    }

    private static IEnumerable<string> OfEntry(TreeEntry here, TreeEntry there)
    {
        var ours = here.Facts.ToDictionary(fact => fact.Name, fact => fact.Value, StringComparer.Ordinal);
        var theirs = there.Facts.ToDictionary(fact => fact.Name, fact => fact.Value, StringComparer.Ordinal);
        return ours.Keys.Union(theirs.Keys, StringComparer.Ordinal)
            .Where(name => ours.GetValueOrDefault(name) != theirs.GetValueOrDefault(name))
            .Select(name => $"{here.Path}: {name} {ours.GetValueOrDefault(name) ?? "(none)"} -> {theirs.GetValueOrDefault(name) ?? "(none)"}");
    }
}
