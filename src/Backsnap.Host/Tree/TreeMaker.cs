using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Backsnap.Host.Tree;

/// <summary>How much a made tree holds.</summary>
internal sealed record TreeSize(string Name, int Directories, int FilesEach, int LargestFile)
{
    public static readonly TreeSize Small = new("small", Directories: 4, FilesEach: 6, LargestFile: 256 * 1024);
    public static readonly TreeSize Medium = new("medium", Directories: 12, FilesEach: 40, LargestFile: 1024 * 1024);

    public static ImmutableArray<TreeSize> All { get; } = [Small, Medium];
}

/// <summary>
/// Makes a tree with something of everything that a file system can hold, and that says in words where it came from. The same seed,
/// size and label make the same tree; owners and attributes only where the process and the file system allow them.
/// </summary>
internal sealed class TreeMaker(string root, long seed, TreeSize size, string label)
{
    private static readonly ImmutableArray<int> FileModes = [0x1A4, 0x1A0, 0x180, 0x1B4, 0x124]; // 0644 0640 0600 0664 0444
    private static readonly ImmutableArray<(uint Uid, uint Gid)> Owners = [(0, 0), (1000, 1000), (33, 33), (999, 1000)];
    private static readonly ImmutableArray<string> OddNames =
    [
        "name with blanks", "-rf", "--help", "ünïcödé-日本語", "emoji-💾", "quote'\"s", "star*[a]?", "back\\slash", ".hidden",
        "$HOME", "tab\there", "trailing ",
        new string('l', 200),
    ];

    // Within 2020 to 2029, so that no time is in the future for long.
    private const long FirstSecond = 1_577_836_800;
    private const int SpanSeconds = 200_000_000;

    private readonly SeededChance chance = new(seed);
    private readonly List<string> made = [];

    /// <summary>Makes the tree in a directory, which may exist.</summary>
    public void Make()
    {
        Directory.CreateDirectory(root);
        Text("README.txt", $"This tree was made by 'backsnap tree make' for {label}, with seed {SeedText} and size {size.Name}.");
        for (var number = 1; number <= size.Directories; number++)
            Branch(number);
        MakeOddNames();
        MakeSpecials();
        SetMetadata();
    }

    private void Branch(int number)
    {
        // Each third branch hangs below the one before it, so that there is some depth.
        var directory = string.Create(CultureInfo.InvariantCulture, $"branch-{number:00}") + (number % 3 == 0 ? "/deep/deeper" : "");
        Folder(directory);
        for (var file = 1; file <= size.FilesEach; file++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{directory}/record-{file:000}");
            if (file % 3 == 0)
                Bytes($"{name}.bin", chance.Bytes(1 + chance.Below(size.LargestFile)));
            else
                Text($"{name}.txt", $"{name}.txt of {label}, seed {SeedText}: {chance.Next():x16}");
        }
    }

    private void MakeOddNames()
    {
        Folder("odd names");
        foreach (var name in OddNames)
            Text($"odd names/{name}", $"The name of this file is odd: {name}");
    }

    private void MakeSpecials()
    {
        Folder("special/empty directory");
        Folder("special/group");
        Folder("special/sticky");
        Bytes("special/empty file", []);
        Text("special/program.sh", "#!/bin/sh\necho recognisable");
        Text("special/original", "Two names, one file.");
        Posix.HardLink(At("special/original"), At("special/hard link"));
        Link("special/link to a file", "original");
        Link("special/link to nowhere", "/nowhere/at all");
        Link("special/link to a directory", "../branch-01");
        Posix.MakeFifo(At("special/fifo"), 0x1B0);
        made.Add("special/fifo");
        Text("special/attributes", "This file has an extended attribute.");
        Posix.TrySetAttribute(At("special/attributes"), "user.backsnap.label", Encoding.UTF8.GetBytes(label));
        Posix.TrySetAttribute(At("special/group"), "user.backsnap.seed", BitConverter.GetBytes(seed));
        using (var sparse = File.Create(At("special/sparse")))
        {
            sparse.SetLength(8 * 1024 * 1024);
            sparse.Position = 5 * 1024 * 1024;
            sparse.Write(chance.Bytes(4096));
        }

        made.Add("special/sparse");
    }

    // Owners before modes, for a change of owner clears the set-id bits; times last and from the inside out, for each change of a
    // directory's content is a new time.
    private void SetMetadata()
    {
        foreach (var path in made.Append(".").Order(StringComparer.Ordinal))
        {
            var owner = chance.Among(Owners);
            Posix.TrySetOwner(At(path), owner.Uid, owner.Gid);
            if (!IsLink(path))
                Posix.SetMode(At(path), ModeOf(path));
        }

        foreach (var path in made.Append(".").OrderByDescending(Depth).ThenBy(path => path, StringComparer.Ordinal))
            Posix.SetTime(At(path), FirstSecond + chance.Below(SpanSeconds), (uint)chance.Below(1_000_000_000));
    }

    private int ModeOf(string path) => path switch
    {
        "." => 0x1ED, // 0755
        "special/group" => 0x5F8, // 2770
        "special/sticky" => 0x3FF, // 1777
        "special/program.sh" => 0x1ED, // 0755
        "special/fifo" => 0x1B0, // 0660
        _ when Directory.Exists(At(path)) => chance.Below(3) == 0 ? 0x1E8 : 0x1ED, // 0750 0755
        _ => chance.Among(FileModes),
    };

    private string SeedText => seed.ToString(CultureInfo.InvariantCulture);

    private static int Depth(string path) => path == "." ? 0 : 1 + path.Count(letter => letter == '/');

    private string At(string path) => Path.Combine(root, path);

    private bool IsLink(string path) => new FileInfo(At(path)).LinkTarget is not null;

    private void Folder(string path)
    {
        var parts = path.Split('/');
        for (var depth = 1; depth <= parts.Length; depth++)
        {
            var part = string.Join('/', parts.Take(depth));
            if (made.Contains(part))
                continue;
            Directory.CreateDirectory(At(part));
            made.Add(part);
        }
    }

    private void Text(string path, string text) => Bytes(path, Encoding.UTF8.GetBytes(text + "\n"));

    private void Bytes(string path, byte[] content)
    {
        File.WriteAllBytes(At(path), content);
        made.Add(path);
    }

    private void Link(string path, string target)
    {
        File.CreateSymbolicLink(At(path), target);
        made.Add(path);
    }
}
