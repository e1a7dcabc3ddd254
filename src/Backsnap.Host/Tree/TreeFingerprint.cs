using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Backsnap.Host.Tree;

/// <summary>
/// Everything about a tree that a backup keeps: content, kinds, modes, owners, times to the nanosecond, links, attributes. What belongs to
/// the file system and not to the data is left out: inode numbers, sizes of directories, <c>lost+found</c> at the top, and the attributes
/// <c>trusted.*</c> and <c>security.selinux</c>, which the kernel and the node set.
/// </summary>
/// <param name="Entries">Every entry, in the order of their paths.</param>
internal sealed record TreeFingerprint(ImmutableArray<TreeEntry> Entries)
{
    /// <summary>SHA-256 over all lines: equal exactly when the trees are.</summary>
    public string Digest => Hex(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(Entries.Select(entry => entry.Line + "\n")))));

    /// <summary>Reads a tree.</summary>
    /// <exception cref="IOException">Something in it cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Something in it may not be read.</exception>
    public static TreeFingerprint Of(string root)
    {
        var found = Below(root, ".").Prepend((Path: ".", Status: Posix.Status(root))).OrderBy(entry => entry.Path, StringComparer.Ordinal).ToImmutableArray();
        var groups = found
            .Where(entry => Kind(entry.Status) != Posix.Directory && entry.Status.Links > 1)
            .GroupBy(entry => entry.Status.Inode)
            .Where(names => names.Count() > 1)
            .ToDictionary(names => names.Key, names => names.First().Path);
        return new TreeFingerprint([.. found.Select(entry => Entry(root, entry.Path, entry.Status, groups))]);
    }

    private static IEnumerable<(string Path, FileStatus Status)> Below(string root, string directory)
    {
        foreach (var full in Directory.EnumerateFileSystemEntries(Path.Combine(root, directory)))
        {
            var path = directory == "." ? Path.GetFileName(full) : $"{directory}/{Path.GetFileName(full)}";
            if (path == "lost+found")
                continue;
            var status = Posix.Status(full);
            yield return (path, status);
            if (Kind(status) != Posix.Directory)
                continue;
            foreach (var entry in Below(root, path))
                yield return entry;
        }
    }

    private static TreeEntry Entry(string root, string path, FileStatus status, Dictionary<(uint, uint, ulong), string> groups)
    {
        var full = Path.Combine(root, path);
        var facts = ImmutableArray.CreateBuilder<(string, string)>();
        facts.Add(("type", KindName(status)));
        facts.Add(("mode", Convert.ToString(status.Mode & 0xFFF, 8).PadLeft(4, '0')));
        facts.Add(("owner", string.Create(CultureInfo.InvariantCulture, $"{status.Uid}:{status.Gid}")));
        facts.Add(("mtime", string.Create(CultureInfo.InvariantCulture, $"{status.MtimeSeconds}.{status.MtimeNanoseconds:000000000}")));
        switch (Kind(status))
        {
            case Posix.RegularFile:
                facts.Add(("size", status.Size.ToString(CultureInfo.InvariantCulture)));
                facts.Add(("sha256", ContentHash(full)));
                break;
            case Posix.SymbolicLink:
                facts.Add(("target", new FileInfo(full).LinkTarget ?? ""));
                break;
            case Posix.CharacterDevice or Posix.BlockDevice:
                facts.Add(("device", string.Create(CultureInfo.InvariantCulture, $"{status.Device.Major}:{status.Device.Minor}")));
                break;
            default:
                break;
        }

        if (groups.TryGetValue(status.Inode, out var first))
            facts.Add(("linked", first));
        foreach (var (name, value) in Posix.Attributes(full).Where(found => IsData(found.Name)).OrderBy(found => found.Name, StringComparer.Ordinal))
            facts.Add(($"xattr:{name}", value.Length <= 32 ? Hex(value) : Hex(SHA256.HashData(value))));
        return new TreeEntry(path, facts.ToImmutable());
    }

    private static bool IsData(string attribute) =>
        !attribute.StartsWith("trusted.", StringComparison.Ordinal) && attribute != "security.selinux";

    private static int Kind(FileStatus status) => status.Mode & Posix.KindMask;

    private static string KindName(FileStatus status) => Kind(status) switch
    {
        Posix.RegularFile => "file",
        Posix.Directory => "dir",
        Posix.SymbolicLink => "symlink",
        Posix.Fifo => "fifo",
        Posix.CharacterDevice => "chardev",
        Posix.BlockDevice => "blockdev",
        Posix.Socket => "socket",
        var other => $"kind-{other:x}",
    };

    private static string ContentHash(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1 << 16);
        return Hex(SHA256.HashData(file));
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
