using System.Collections.Immutable;
using System.Text;
using Backsnap.Host.Tree;
using FsCheck;
using FsCheck.Fluent;

namespace Backsnap.Mover.Tests.Trees;

/// <summary>What one random entry is.</summary>
public enum EntryKind
{
    /// <summary>A regular file with random bytes.</summary>
    File,

    /// <summary>A directory.</summary>
    Directory,

    /// <summary>A symbolic link to anything.</summary>
    Link,

    /// <summary>A file of holes with a little data.</summary>
    Sparse,

    /// <summary>A named pipe.</summary>
    Fifo,

    /// <summary>A device node.</summary>
    Device,
}

/// <summary>One random entry.</summary>
/// <param name="Parent">Any number: which of the directories there are, the rest of a division deciding.</param>
/// <param name="Mode">The twelve bits of permissions.</param>
/// <param name="Attribute">The value of an extended attribute; none when empty.</param>
public sealed record RandomEntry(EntryKind Kind, int Parent, string Name, int Size, int Mode, int Owner, long Seconds, int Nanoseconds, string Attribute);

/// <summary>What happens to a tree between two backups.</summary>
public enum EditKind
{
    /// <summary>The entry is added.</summary>
    Add,

    /// <summary>One goes, with all below it.</summary>
    Remove,

    /// <summary>One gets the entry's name.</summary>
    Rename,

    /// <summary>One gets the entry's owner, mode and time.</summary>
    Describe,

    /// <summary>A file grows.</summary>
    Append,

    /// <summary>A file is cut to half.</summary>
    Truncate,

    /// <summary>A file's content changes, its size and time do not.</summary>
    Disguise,

    /// <summary>One goes, and the entry takes its name.</summary>
    Replace,

    /// <summary>A file gets the entry's name as a second one.</summary>
    HardLink,
}

/// <summary>One random edit of whichever entry <paramref name="Which"/> hits.</summary>
public sealed record RandomEdit(EditKind Kind, int Which, RandomEntry Entry);

/// <summary>A tree and what happens to it: one list of edits between each two backups.</summary>
public sealed record RandomHistory(ImmutableArray<RandomEntry> Entries, ImmutableArray<ImmutableArray<RandomEdit>> Days, int Older)
{
    /// <inheritdoc/>
    public override string ToString() =>
        $"older {Older}; {string.Join(" ", Entries)}; {string.Join(" | ", Days.Select(day => string.Join(" ", day)))}";
}

/// <summary>Random trees, as data that shrinks, and how they get to the disk. Every list of entries and edits is a valid one.</summary>
internal static class RandomTree
{
    private const int LargestFile = 300_000;

    private static readonly ImmutableArray<string> KnownNames =
        ["a", "b", "a b", "-n", "--help", "*", "[x]", "?", "\\", "\\*", "line\nbreak", "tab\t", "lost+found", "é", "e\u0301", "日本語", "💾", "'", "\"", "$(x)", "~", "...", " ", "data"];

    private static readonly Gen<string> Names = Gen.OneOf(
        Gen.Elements(KnownNames.AsEnumerable()),
        Gen.ArrayOf(Gen.Choose(1, 0x2FFFF).Where(code => Rune.IsValid(code) && code != '/').Select(code => new Rune(code).ToString()))
            .Select(string.Concat)
            .Where(name => name is not ("" or "." or "..") && Encoding.UTF8.GetByteCount(name) <= 255));

    private static readonly Gen<RandomEntry> Entries =
        from kind in Gen.Frequency((6, Gen.Constant(EntryKind.File)), (3, Gen.Constant(EntryKind.Directory)), (2, Gen.Elements(EntryKind.Link, EntryKind.Sparse, EntryKind.Fifo, EntryKind.Device)))
        from parent in Gen.Choose(0, 1000)
        from name in Names
        from size in Gen.Frequency((2, Gen.Constant(0)), (6, Gen.Choose(1, 3000)), (2, Gen.Choose(1, LargestFile)))
        from mode in Gen.Choose(0, 0xFFF)
        from owner in Gen.Choose(0, 70_000)
        from seconds in Gen.Choose(-1_000_000_000, int.MaxValue)
        from nanoseconds in Gen.Choose(0, 999_999_999)
        from attribute in Gen.OneOf(Gen.Constant(""), Names)
        select new RandomEntry(kind, parent, name, size, mode, owner, seconds, nanoseconds, attribute);

    private static readonly Gen<RandomEdit> Edits =
        from kind in Gen.Elements(Enum.GetValues<EditKind>().AsEnumerable())
        from which in Gen.Choose(0, 1000)
        from entry in Entries
        select new RandomEdit(kind, which, entry);

    /// <summary>Histories of one to three days.</summary>
    public static Arbitrary<RandomHistory> Histories { get; } = Arb.From(
        from entries in Gen.ListOf(Entries).Resize(40)
        from days in Gen.Choose(1, 3).SelectMany(count => Gen.ArrayOf(Gen.ListOf(Edits).Resize(15), count))
        from older in Gen.Choose(0, 2)
        select new RandomHistory([.. entries], [.. days.Select(day => day.ToImmutableArray())], older),
        Smaller);

    /// <summary>Makes the tree; entries for which there is no place are left out.</summary>
    public static void Make(string root, ImmutableArray<RandomEntry> entries)
    {
        List<string> directories = [root];
        List<(string Path, RandomEntry Entry)> made = [];
        foreach (var entry in entries)
        {
            var path = Path.Combine(directories[entry.Parent % directories.Count], entry.Name);
            if (path == Path.Combine(root, "lost+found") || !TryMake(path, entry))
                continue;
            made.Add((path, entry));
            if (entry.Kind == EntryKind.Directory)
                directories.Add(path);
        }

        // From the inside out: each change of a directory's content is a new time.
        foreach (var (path, entry) in made.OrderByDescending(one => one.Path.Count(letter => letter == '/')))
            Describe(path, entry);
    }

    /// <summary>Does one edit; one that hits nothing suitable does nothing.</summary>
    public static void Apply(string root, RandomEdit edit)
    {
        var all = TreeFingerprint.Of(root).Entries.Where(entry => entry.Path != ".").ToImmutableArray();
        if (edit.Kind == EditKind.Add || all.IsEmpty)
        {
            Make(root, [edit.Entry]);
            return;
        }

        var hit = all[edit.Which % all.Length];
        var path = Path.Combine(root, hit.Path);
        var isFile = hit.Facts[0].Value == "file";
        var other = Path.Combine(Path.GetDirectoryName(path)!, edit.Entry.Name);
        switch (edit.Kind)
        {
            case EditKind.Remove:
                Remove(path);
                break;
            case EditKind.Rename when !Exists(other) && other != Path.Combine(root, "lost+found"):
                Directory.Move(path, other);
                break;
            case EditKind.Describe:
                Describe(path, edit.Entry);
                break;
            case EditKind.Append when isFile:
                Write(path, file => file.Write(Content(edit.Entry)), FileMode.Append);
                break;
            case EditKind.Truncate when isFile:
                Write(path, file => file.SetLength(file.Length / 2), FileMode.Open);
                break;
            case EditKind.Disguise when isFile:
                var before = Posix.Status(path);
                Write(path, file => file.Write(new SeededChance(edit.Which).Bytes((int)Math.Min(before.Size, LargestFile))), FileMode.Open);
                Posix.SetTime(path, before.MtimeSeconds, before.MtimeNanoseconds);
                break;
            case EditKind.Replace:
                Remove(path);
                if (TryMake(path, edit.Entry))
                    Describe(path, edit.Entry);
                break;
            case EditKind.HardLink when isFile && !Exists(other) && other != Path.Combine(root, "lost+found"):
                Posix.HardLink(path, other);
                break;
            default:
                break;
        }
    }

    private static bool TryMake(string path, RandomEntry entry)
    {
        // Longer paths than the kernel takes in one call are no business of a backup.
        if (Exists(path) || Encoding.UTF8.GetByteCount(path) > 3000)
            return false;
        switch (entry.Kind)
        {
            case EntryKind.Directory:
                Directory.CreateDirectory(path);
                return true;
            case EntryKind.Link:
                File.CreateSymbolicLink(path, entry.Attribute.Length == 0 ? "nowhere" : entry.Attribute);
                return true;
            case EntryKind.Fifo:
                Posix.MakeFifo(path, 0x180);
                return true;
            case EntryKind.Device:
                return Native.TryMakeDevice(path, Posix.CharacterDevice | 0x180, (uint)entry.Size % 512, (uint)entry.Owner);
            case EntryKind.Sparse:
                using (var sparse = File.Create(path))
                {
                    sparse.SetLength(8L * LargestFile);
                    sparse.Position = entry.Size;
                    sparse.Write(Encoding.UTF8.GetBytes(entry.Name));
                }

                return true;
            case EntryKind.File:
                File.WriteAllBytes(path, Content(entry));
                return true;
            default:
                throw new ArgumentOutOfRangeException(nameof(entry));
        }
    }

    private static void Describe(string path, RandomEntry entry)
    {
        var kind = Posix.Status(path).Mode & Posix.KindMask;
        if (kind is Posix.RegularFile or Posix.Directory && entry.Attribute.Length > 0)
            Posix.TrySetAttribute(path, "user.backsnap.test", Encoding.UTF8.GetBytes(entry.Attribute));
        // Owners before modes, for a change of owner clears the set-id bits.
        Posix.TrySetOwner(path, (uint)entry.Owner, (uint)(entry.Owner / 2));
        if (kind != Posix.SymbolicLink)
            Posix.SetMode(path, FullTree.CanBeWhole ? entry.Mode : entry.Mode | (kind == Posix.Directory ? 0x1C0 : 0x180));
        Posix.SetTime(path, entry.Seconds, (uint)entry.Nanoseconds);
    }

    private static byte[] Content(RandomEntry entry) => new SeededChance(entry.Seconds).Bytes(entry.Size);

    private static void Write(string path, Action<FileStream> change, FileMode mode)
    {
        using var file = new FileStream(path, mode, FileAccess.Write);
        change(file);
    }

    private static bool Exists(string path) => File.Exists(path) || Directory.Exists(path) || new FileInfo(path).LinkTarget is not null;

    private static void Remove(string path)
    {
        if (Directory.Exists(path) && new FileInfo(path).LinkTarget is null)
            Directory.Delete(path, recursive: true);
        else
            File.Delete(path);
    }

    private static IEnumerable<RandomHistory> Smaller(RandomHistory history)
    {
        for (var at = 0; at < history.Days.Length && history.Days.Length > 1; at++)
            yield return history with { Days = history.Days.RemoveAt(at) };
        for (var half = history.Entries.Length / 2; half > 0; half /= 2)
            for (var at = 0; at + half <= history.Entries.Length; at += half)
                yield return history with { Entries = history.Entries.RemoveRange(at, half) };
        for (var day = 0; day < history.Days.Length; day++)
            for (var at = 0; at < history.Days[day].Length; at++)
                yield return history with { Days = history.Days.SetItem(day, history.Days[day].RemoveAt(at)) };
    }
}
