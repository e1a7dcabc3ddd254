using System.Collections.Immutable;
using System.Globalization;

namespace Backsnap.Host.Tree;

/// <summary>Changes a tree a little, as a day's work would: the same seed does the same to the same tree.</summary>
internal static class TreeEditor
{
    /// <summary>Edits the tree and says what was done, one line each.</summary>
    public static ImmutableArray<string> Edit(string root, long seed)
    {
        var chance = new SeededChance(seed);
        var files = TreeFingerprint.Of(root).Entries
            .Where(entry => entry.Facts[0].Value == "file")
            .Select(entry => entry.Path)
            .ToList();
        var done = ImmutableArray.CreateBuilder<string>();

        var added = $"added-{chance.Next():x8}.txt";
        File.WriteAllText(Path.Combine(root, added), $"Added by an edit with seed {seed.ToString(CultureInfo.InvariantCulture)}.\n");
        done.Add($"added {added}");

        if (Take() is { } appended)
        {
            Posix.SetMode(Path.Combine(root, appended), 0x1A4);
            File.AppendAllText(Path.Combine(root, appended), $"Appended by an edit with seed {seed.ToString(CultureInfo.InvariantCulture)}.\n");
            done.Add($"appended to {appended}");
        }

        if (Take() is { } removed)
        {
            File.Delete(Path.Combine(root, removed));
            done.Add($"removed {removed}");
        }

        if (Take() is { } moved)
        {
            File.Move(Path.Combine(root, moved), Path.Combine(root, $"{moved}.moved"), overwrite: true);
            done.Add($"renamed {moved}");
        }

        if (Take() is { } closed)
        {
            Posix.SetMode(Path.Combine(root, closed), 0x100);
            done.Add($"made {closed} read-only for its owner alone");
        }

        return done.ToImmutable();

        string? Take()
        {
            if (files.Count == 0)
                return null;
            var taken = chance.Among(files);
            files.Remove(taken);
            return taken;
        }
    }
}
