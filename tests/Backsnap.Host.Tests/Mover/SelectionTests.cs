using Backsnap.Host.Mover;

namespace Backsnap.Host.Tests.Mover;

/// <summary>What of a volume is left out, with real restic of both versions.</summary>
public sealed class SelectionTests
{
    public static TheoryData<string> Restics { get; } = [Tools.Restic, .. Tools.OldestRestic is { } oldest ? [oldest] : Array.Empty<string>()];

    [Theory]
    [MemberData(nameof(Restics))]
    public async Task Patterns_are_seen_from_the_volume(string restic)
    {
        using var rig = new MoverRig { Restic = restic };
        Write(rig, "cache/top", "a.tmp", "sub/b.tmp", "sub/cache/deep", "logs/old/x", "logs/keep", "volume/named-like-the-mount");

        var saved = await Save(rig, "/cache", "*.tmp", "logs/old");

        Assert.Equal(0, saved.ExitCode);
        Assert.Equal(["logs/keep", "sub/cache/deep", "volume/named-like-the-mount"], await Files(rig, saved));
    }

    [Fact]
    public async Task A_pattern_that_fits_the_mount_itself_leaves_the_volume_in()
    {
        using var rig = new MoverRig();
        Write(rig, "file", "volume/inner");

        Assert.Equal(["file"], await Files(rig, await Save(rig, "volume")));
    }

    [Fact]
    public async Task An_exclamation_mark_takes_back_what_was_left_out()
    {
        using var rig = new MoverRig();
        Write(rig, "a.log", "kept/b.log", "c");

        Assert.Equal(["c", "kept/b.log"], await Files(rig, await Save(rig, "*.log", "!/kept/b.log")));
    }

    [Theory]
    [InlineData("--dry-run")]
    [InlineData("#comment")]
    [InlineData("$HOME")]
    [InlineData("two words")]
    [InlineData(" blank first")]
    [InlineData("a,b")]
    [InlineData("\"quoted\"")]
    public async Task Whatever_a_pattern_looks_like_it_is_the_name_that_it_says(string name)
    {
        using var rig = new MoverRig();
        Write(rig, name, "other");

        var saved = await Save(rig, name);

        Assert.Equal(1, await rig.CountSnapshots());
        Assert.Equal(["other"], await Files(rig, saved));
    }

    [Fact]
    public async Task Caches_are_left_out_on_request_alone()
    {
        using var rig = new MoverRig();
        Write(rig, "cache/big", "file");
        File.WriteAllText(Path.Combine(rig.Volume, "cache/CACHEDIR.TAG"), "Signature: 8a477f597d28d172789f06886806bc55");

        Assert.Equal(3, (await rig.Backup()).Backup("filesProcessed"));
        Assert.Equal(2, (await rig.Run(rig.Options(Operation.Backup) with { ExcludeCaches = true })).Backup("filesProcessed"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("!")]
    [InlineData("!/")]
    [InlineData("a\nb")]
    [InlineData("[")]
    public async Task A_pattern_that_can_mean_nothing_is_a_mistake_of_configuration(string pattern)
    {
        using var rig = new MoverRig();

        var run = await Save(rig, pattern);

        Assert.Equal(27, run.ExitCode);
        Assert.Contains("--exclude", run.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Staying_on_one_file_system_is_passed_on() =>
        Assert.Contains("--one-file-system", new BackupSelection([], Caches: false, OneFileSystem: true).Arguments("/data"));

    private static Task<MoverRun> Save(MoverRig rig, params string[] excludes) =>
        rig.Run(rig.Options(Operation.Backup) with { Excludes = [.. excludes] });

    private static void Write(MoverRig rig, params string[] files)
    {
        foreach (var file in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(rig.Volume, file))!);
            File.WriteAllText(Path.Combine(rig.Volume, file), "content");
        }
    }

    private static async Task<string[]> Files(MoverRig rig, MoverRun saved)
    {
        var listing = await rig.Ask("ls", "--recursive", "--long", saved.SnapshotId, rig.Volume);
        return
        [
            .. listing.Split('\n')
                .Where(line => line.StartsWith('-'))
                .Select(line => line[(line.IndexOf(rig.Volume, StringComparison.Ordinal) + rig.Volume.Length + 1)..])
                .Order(StringComparer.Ordinal),
        ];
    }
}
