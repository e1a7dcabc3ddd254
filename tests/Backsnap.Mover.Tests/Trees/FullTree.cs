using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using Backsnap.Host.Tree;

namespace Backsnap.Mover.Tests.Trees;

/// <summary>
/// A tree with everything that a file system can hold and a restore must bring back: what <c>backsnap tree make</c> makes, and what only root
/// can make or what would burden a demonstration. The same seed makes the same tree.
/// </summary>
internal static class FullTree
{
    private const int SetUserId = 0x800;
    private const int SetGroupId = 0x400;
    private const int LargeFile = 6 * 1024 * 1024;
    private const int TinyFiles = 200;

    private static readonly ImmutableArray<string> OddNames =
    [
        "line\nbreak", "\u0001control", "combining-e\u0301", "precomposed-\u00e9", "\u202eright to left", " leading", "-", "...", "a:b", "{x,y}", "#hash", "%41",
        "lost+found", "~", "CON", string.Concat(Enumerable.Repeat("é", 127)),
    ];

    /// <summary>Whether this process may make all of it.</summary>
    public static bool CanBeWhole { get; } = Environment.UserName == "root";

    /// <summary>Makes the tree in a directory.</summary>
    /// <returns>What could not be made here, in words: empty for root on an ordinary file system.</returns>
    public static ImmutableArray<string> Make(string root, long seed)
    {
        new TreeMaker(root, seed, TreeSize.Small, "shop/orders").Make();
        var chance = new SeededChance(seed);
        var missing = ImmutableArray.CreateBuilder<string>();
        Programs(root);
        Devices(root, missing);
        Attributes(root, chance, missing);
        Sizes(root, chance);
        Names(root);
        Depth(root);
        Times(root);
        return missing.ToImmutable();
    }

    private static void Programs(string root)
    {
        foreach (var (name, mode) in new[] { ("setuid", SetUserId | 0x1ED), ("setgid", SetGroupId | 0x1ED), ("both", SetUserId | SetGroupId | 0x1C8), ("closed", 0) })
        {
            var path = Path.Combine(root, $"program {name}");
            File.WriteAllText(path, $"#!/bin/sh\necho {name}\n");
            Posix.TrySetOwner(path, 1000, 33);
            Posix.SetMode(path, mode);
        }
    }

    private static void Devices(string root, ImmutableArray<string>.Builder missing)
    {
        foreach (var (name, kind, major, minor) in new[] { ("null", Posix.CharacterDevice, 1u, 3u), ("loop", Posix.BlockDevice, 7u, 300u), ("far", Posix.CharacterDevice, 500u, 70000u) })
        {
            var path = Path.Combine(root, $"device {name}");
            if (Native.TryMakeDevice(path, kind | 0x1B0, major, minor))
                Posix.TrySetOwner(path, 0, 6);
            else
                missing.Add($"device {name}");
        }
    }

    private static void Attributes(string root, SeededChance chance, ImmutableArray<string>.Builder missing)
    {
        var directory = Directory.CreateDirectory(Path.Combine(root, "attributes")).FullName;
        var file = Path.Combine(directory, "file");
        File.WriteAllText(file, "with attributes");
        Set(file, "user.empty", []);
        Set(file, "user.binary", chance.Bytes(255));
        Set(file, "user.ünïcödé", Encoding.UTF8.GetBytes("value"));
        Set(file, "user.large", chance.Bytes(2000));
        Set(file, "system.posix_acl_access", Acl((1, 6, Nobody), (2, 4, 1000), (4, 4, Nobody), (8, 6, 33), (16, 6, Nobody), (32, 0, Nobody)));
        Set(directory, "system.posix_acl_default", Acl((1, 7, Nobody), (2, 5, 1001), (4, 5, Nobody), (16, 7, Nobody), (32, 5, Nobody)));
        var capable = Path.Combine(directory, "capable");
        File.WriteAllText(capable, "binds low ports");
        Set(capable, "security.capability", Capability(1 << 10));
        File.CreateSymbolicLink(Path.Combine(directory, "link"), "file");

        void Set(string path, string name, byte[] value)
        {
            if (!Posix.TrySetAttribute(path, name, value))
                missing.Add($"attribute {name}");
        }
    }

    private const uint Nobody = 0xFFFFFFFF;

    // The kernel's own form of an access list: version 2, then tag, permissions and id of each entry.
    private static byte[] Acl(params (ushort Tag, ushort Permissions, uint Id)[] entries)
    {
        var bytes = new byte[4 + (8 * entries.Length)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, 2);
        for (var at = 0; at < entries.Length; at++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(4 + (8 * at)), entries[at].Tag);
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(6 + (8 * at)), entries[at].Permissions);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8 + (8 * at)), entries[at].Id);
        }

        return bytes;
    }

    // Version 2 of a file's capabilities, effective: permitted and inheritable, low words and high.
    private static byte[] Capability(uint permitted)
    {
        var bytes = new byte[20];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, 0x02000001);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), permitted);
        return bytes;
    }

    private static void Sizes(string root, SeededChance chance)
    {
        File.WriteAllBytes(Path.Combine(root, "large"), chance.Bytes(LargeFile));
        var many = Directory.CreateDirectory(Path.Combine(root, "many")).FullName;
        for (var number = 0; number < TinyFiles; number++)
            File.WriteAllBytes(Path.Combine(many, $"{number}"), chance.Bytes(number % 40));
        using var hole = File.Create(Path.Combine(root, "hole"));
        hole.SetLength(64L << 20);
    }

    private static void Names(string root)
    {
        var directory = Directory.CreateDirectory(Path.Combine(root, "names")).FullName;
        foreach (var name in OddNames)
            File.WriteAllText(Path.Combine(directory, name), name);
        Directory.CreateDirectory(Path.Combine(root, "branch-01", "lost+found"));
        File.WriteAllText(Path.Combine(root, "branch-01", "lost+found", "kept"), "only the root's own is the file system's");
    }

    private static void Depth(string root) =>
        File.WriteAllText(
            Path.Combine(Directory.CreateDirectory(Path.Combine([root, .. Enumerable.Range(0, 60).Select(level => $"level {level}")])).FullName, "bottom"), "deep");

    private static void Times(string root)
    {
        var directory = Directory.CreateDirectory(Path.Combine(root, "times")).FullName;
        foreach (var (name, seconds, nanoseconds) in new[] { ("1969", -1L, 999_999_999u), ("1955", -460_000_000L, 1u), ("2100", 4_102_444_800L, 123_456_789u), ("epoch", 0L, 0u) })
        {
            File.WriteAllText(Path.Combine(directory, name), name);
            File.CreateSymbolicLink(Path.Combine(directory, $"link {name}"), "nowhere");
            Posix.SetTime(Path.Combine(directory, name), seconds, nanoseconds);
            Posix.SetTime(Path.Combine(directory, $"link {name}"), seconds, nanoseconds);
        }

        Posix.SetTime(root, 1_700_000_000, 42);
    }
}
