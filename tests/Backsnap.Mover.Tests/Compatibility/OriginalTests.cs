using System.Text.Json;
using Backsnap.Host.Tests;
using Backsnap.Host.Tests.Mover;
using Backsnap.Host.Tree;
using Backsnap.Mover.Tests.Trees;

namespace Backsnap.Mover.Tests.Compatibility;

/// <summary>Repositories go on where the original operator left them, and are readable with restic alone.</summary>
public sealed class OriginalTests
{
    // What the original's pod does for each backup: host is the namespace, the path is /data, the repository is BASE/NAMESPACE/CLAIM.
    private const string OriginalBackup = """
        restic cat config >/dev/null 2>&1 || restic init
        restic backup --host shop /data
        restic check
        restic forget --host shop --keep-last 1 --keep-hourly 12 --keep-daily 7 --keep-weekly 2 --keep-monthly 2
        restic prune
        restic check --read-data-subset=10%
        """;

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_repository_of_the_original_operator_is_continued_and_restored(bool madeByOldest)
    {
        Skip.If(madeByOldest && Tools.OldestRestic is null, "no second version of restic in .tools");
        using var rig = new MoverRig();
        rig.Repository = Path.Combine(rig.In("base"), "shop", "orders");
        rig.Restic = madeByOldest ? Named(rig, Tools.OldestRestic!) : Tools.Restic;
        var missing = await Pod.Missing(rig);
        Skip.If(missing is not null, missing);
        FullTree.Make(rig.Volume, seed: 31);
        var before = TreeFingerprint.Of(rig.Volume);
        await Pod.Run(rig, rig.Volume, OriginalBackup);
        var original = Assert.Single(await Snapshots(rig));

        rig.Restic = Tools.Restic;
        await Pod.Run(rig, rig.Volume, Pod.Mover(rig, "backup --keep last=1,hourly=12,daily=7,weekly=2,monthly=2"));

        var result = MoverRig.ReadResult(rig.In("result"));
        var figures = result.GetProperty("backup");
        Assert.Equal(0, figures.GetProperty("filesNew").GetInt64());
        Assert.Equal(0, figures.GetProperty("filesChanged").GetInt64());
        // No content: the lists of names and metadata once more, for the original records the device that each volume happened to have.
        Assert.InRange(figures.GetProperty("bytesAdded").GetInt64(), 0, before.Entries.Length * 500);
        var both = await Snapshots(rig);
        var ours = both.Single(snapshot => Text(snapshot, "id") == Text(result.GetProperty("snapshot"), "id"));
        Assert.Equal(Text(original, "id"), Text(ours, "parent"));
        var group = Assert.Single(JsonDocument.Parse(await rig.Ask("forget", "--dry-run", "--json", "--keep-last=1", "--group-by=host,paths")).RootElement.EnumerateArray());
        Assert.Equal("shop", Text(group, "host"));
        Assert.Equal(["/data"], group.GetProperty("paths").EnumerateArray().Select(path => path.GetString()));

        // Both are restored into a new volume: the original's with our mover, ours with restic as the original calls it.
        foreach (var (script, volume) in new[] { (Pod.Mover(rig, $"restore --snapshot {Text(original, "id")}"), "first"), ("restic restore latest --host shop --path /data --target /", "second") })
        {
            var target = Directory.CreateDirectory(rig.In(volume)).FullName;
            await Pod.Run(rig, target, script);
            Assert.Empty(TreeComparison.Differences(before, TreeFingerprint.Of(target)));
        }
    }

    [SkippableFact]
    public async Task The_original_operator_can_take_a_repository_of_ours_back()
    {
        using var rig = new MoverRig();
        var missing = await Pod.Missing(rig);
        Skip.If(missing is not null, missing);
        rig.MakeTree(seed: 32);
        await Pod.Run(rig, rig.Volume, Pod.Mover(rig, "backup --keep last=1"));
        var ours = Assert.Single(await Snapshots(rig));

        await Pod.Run(rig, rig.Volume, OriginalBackup);

        Assert.Contains(await Snapshots(rig), snapshot => snapshot.TryGetProperty("parent", out var parent) && parent.GetString() == Text(ours, "id"));
    }

    // On PATH under the name that scripts call.
    private static string Named(MoverRig rig, string program)
    {
        var directory = Directory.CreateDirectory(rig.In("bin")).FullName;
        File.Copy(program, Path.Combine(directory, "restic"));
        return Path.Combine(directory, "restic");
    }

    private static async Task<JsonElement[]> Snapshots(MoverRig rig) => [.. JsonDocument.Parse(await rig.Ask("snapshots", "--json")).RootElement.EnumerateArray()];

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
