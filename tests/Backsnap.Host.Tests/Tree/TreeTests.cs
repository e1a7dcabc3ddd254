using System.Diagnostics;
using Backsnap.Host.Mover;
using Backsnap.Host.Tree;

namespace Backsnap.Host.Tests.Tree;

public sealed class TreeTests : IDisposable
{
    private readonly DirectoryInfo home = Directory.CreateTempSubdirectory("backsnap-tree-");

    [Fact]
    public void The_same_seed_makes_the_same_tree_and_another_makes_another()
    {
        var first = Make("first", seed: 1);

        Assert.Equal(first.Digest, Make("again", seed: 1).Digest);
        Assert.NotEqual(first.Digest, Make("other", seed: 2).Digest);
    }

    [Fact]
    public void A_tree_holds_something_of_everything()
    {
        var facts = Make("tree", seed: 1).Entries.SelectMany(entry => entry.Facts).ToHashSet();

        foreach (var type in new[] { "file", "dir", "symlink", "fifo" })
            Assert.Contains(("type", type), facts);
        foreach (var mode in new[] { "2770", "1777", "0755" })
            Assert.Contains(("mode", mode), facts);
        Assert.Contains(("linked", "special/hard link"), facts);
    }

    public static TheoryData<string, string> Changes => new()
    {
        { "content", "README.txt: sha256" },
        { "mode", "README.txt: mode" },
        { "time", "README.txt: mtime 1000.000000001" },
        { "removal", "README.txt: only in the first" },
        { "addition", "new: only in the second" },
        { "link", "special/link to a file: target original -> elsewhere" },
        { "hard link", "special/hard link: linked special/hard link -> (none)" },
        { "root", ".: mode" },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void Each_change_is_found_and_named(string change, string expected)
    {
        var root = Path.Combine(home.FullName, "tree");
        Make("tree", seed: 1);
        var readme = Path.Combine(root, "README.txt");
        Posix.SetTime(readme, 1000, 1);
        var before = TreeFingerprint.Of(root);

        switch (change)
        {
            case "content":
                File.WriteAllText(readme, "changed");
                break;
            case "mode":
                Posix.SetMode(readme, 0x1FF);
                break;
            case "time":
                Posix.SetTime(readme, 1000, 2);
                break;
            case "removal":
                File.Delete(readme);
                break;
            case "addition":
                File.WriteAllText(Path.Combine(root, "new"), "");
                break;
            case "link":
                File.Delete(Path.Combine(root, "special/link to a file"));
                File.CreateSymbolicLink(Path.Combine(root, "special/link to a file"), "elsewhere");
                break;
            case "hard link":
                File.Delete(Path.Combine(root, "special/original"));
                break;
            default:
                Posix.SetMode(root, 0x1C0);
                break;
        }

        var after = TreeFingerprint.Of(root);
        Assert.Contains(TreeComparison.Differences(before, after), line => line.StartsWith(expected, StringComparison.Ordinal));
        Assert.NotEqual(before.Digest, after.Digest);
    }

    [Fact]
    public void An_edit_changes_the_same_things_for_the_same_seed()
    {
        Make("one", seed: 1);
        Make("two", seed: 1);

        Assert.Equal(TreeEditor.Edit(Path.Combine(home.FullName, "one"), 3).ToArray(), TreeEditor.Edit(Path.Combine(home.FullName, "two"), 3).ToArray());
    }

    [Fact]
    public void Lost_and_found_belongs_to_the_file_system_and_not_to_the_tree()
    {
        var before = Make("tree", seed: 1);
        var root = Path.Combine(home.FullName, "tree");
        Directory.CreateDirectory(Path.Combine(root, "lost+found"));
        var status = before.Entries.Single(entry => entry.Path == ".").Facts.Single(fact => fact.Name == "mtime").Value.Split('.');
        Posix.SetTime(root, long.Parse(status[0], System.Globalization.CultureInfo.InvariantCulture), uint.Parse(status[1], System.Globalization.CultureInfo.InvariantCulture));

        Assert.Equal(before.Digest, TreeFingerprint.Of(root).Digest);
    }

    [Theory]
    [InlineData("fingerprint", "/nowhere/at/all")]
    [InlineData("compare", "/nowhere/at/all", "/nowhere")]
    public void A_tree_that_is_not_there_is_said_so(params string[] arguments)
    {
        using var errors = new StringWriter();

        var exitCode = TreeCommand.Create().Parse(arguments).Invoke(new System.CommandLine.InvocationConfiguration { Error = errors });

        Assert.Equal(2, exitCode);
        Assert.Contains("/nowhere/at/all", errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_pod_without_a_mount_namespace_finds_its_tree_by_the_path_map()
    {
        var volume = Path.Combine(home.FullName, "volume");
        var command = new ProcessStartInfo("dotnet")
        {
            ArgumentList = { Path.Combine(AppContext.BaseDirectory, "backsnap.dll"), "tree", "make", "/nowhere-but-in-the-pod" },
            Environment = { [PathMap.Variable] = $"/nowhere-but-in-the-pod={volume}" },
        };

        using var process = Process.Start(command)!;
        process.WaitForExit();

        Assert.Equal(0, process.ExitCode);
        Assert.True(File.Exists(Path.Combine(volume, "README.txt")));
        Assert.False(Directory.Exists("/nowhere-but-in-the-pod"));
    }

    private TreeFingerprint Make(string name, long seed)
    {
        var root = Path.Combine(home.FullName, name);
        new TreeMaker(root, seed, TreeSize.Small, "shop/orders").Make();
        return TreeFingerprint.Of(root);
    }

    public void Dispose() => home.Delete(recursive: true);
}
