using System.Collections.Immutable;

namespace Backsnap.Host.Tree;

/// <summary>One entry of a tree with everything that a restore must bring back.</summary>
/// <param name="Path">Relative to the tree's root, which is <c>.</c>.</param>
/// <param name="Facts">Name and value of each fact, in a fixed order: type, mode, owner, time and, as the type has them, the others.</param>
internal sealed record TreeEntry(string Path, ImmutableArray<(string Name, string Value)> Facts)
{
    /// <summary>One line; control characters of names are escaped so that it stays one.</summary>
    public string Line => $"{string.Join('\t', Facts.Select(fact => $"{fact.Name}={Escaped(fact.Value)}"))}\t{Escaped(Path)}";

    private static string Escaped(string text) =>
        string.Concat(text.Select(letter => letter == '\\' ? @"\\" : char.IsControl(letter) ? $@"\x{(int)letter:x2}" : letter.ToString()));
}
