using Backsnap.Host.Tests;
using Backsnap.Host.Tests.Mover;
using Backsnap.Host.Tree;
using Backsnap.Mover.Tests.Stores;
using Backsnap.Mover.Tests.Trees;

namespace Backsnap.Mover.Tests.RoundTrips;

/// <summary>Everything that a file system can hold goes through each backend, with each version of restic, and comes back.</summary>
public sealed class BackendTests
{
    public static TheoryData<StoreKind, bool> Cases => new()
    {
        { StoreKind.Local, false },
        { StoreKind.Local, true },
        { StoreKind.S3, false },
        { StoreKind.S3, true },
        { StoreKind.Rest, false },
        { StoreKind.Rest, true },
        { StoreKind.RestAppendOnly, false },
        { StoreKind.Sftp, false },
        { StoreKind.Sftp, true },
        { StoreKind.Rclone, false },
        { StoreKind.Rclone, true },
        { StoreKind.Azure, false },
        { StoreKind.AzureByRclone, false },
    };

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public async Task A_tree_of_everything_comes_back_in_content_and_metadata_now_and_as_it_was(StoreKind kind, bool oldest)
    {
        Skip.If(Store.Missing(kind) is not null, Store.Missing(kind));
        Skip.If(oldest && Tools.OldestRestic is null, "no second version of restic in .tools");
        using var rig = new MoverRig();
        rig.Restic = oldest ? Tools.OldestRestic! : Tools.Restic;
        Skip.If(kind == StoreKind.Azure && !await KnowsAzure(rig), "this restic is built without its backend for Azure, as Debian's is");
        using var store = await Store.Open(kind, rig);
        var missing = FullTree.Make(rig.Volume, seed: 11);
        Assert.True(missing.IsEmpty || !FullTree.CanBeWhole, string.Join(", ", missing));
        var first = TreeFingerprint.Of(rig.Volume);
        var older = await rig.Backup(time: "2026-01-01T00:00:00Z");
        Assert.True(older.ExitCode == 0, older.Log);
        TreeEditor.Edit(rig.Volume, seed: 12);
        var second = TreeFingerprint.Of(rig.Volume);
        var newer = await rig.Backup(keep: "last=2", time: "2026-01-02T00:00:00Z");
        Assert.True(newer.ExitCode == 0, newer.Log);

        foreach (var (run, expected) in new[] { (newer, second), (older, first) })
        {
            rig.EmptyVolume();
            Posix.SetMode(rig.Volume, 0x1C0);
            var restored = await rig.Restore(run.SnapshotId);
            Assert.True(restored.ExitCode == 0, restored.Log);
            Assert.Empty(TreeComparison.Differences(expected, TreeFingerprint.Of(rig.Volume)));
        }
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Where_nothing_may_be_deleted_backups_are_kept_and_retention_says_so_each_time(bool oldest)
    {
        Skip.If(RestServer.Missing is not null, RestServer.Missing);
        Skip.If(oldest && Tools.OldestRestic is null, "no second version of restic in .tools");
        using var rig = new MoverRig();
        rig.Restic = oldest ? Tools.OldestRestic! : Tools.Restic;
        using var store = await Store.Open(StoreKind.RestAppendOnly, rig);
        File.WriteAllText(Path.Combine(rig.Volume, "file"), "content");

        await rig.Backup(keep: "last=1");
        foreach (var count in (int[])[2, 3])
        {
            var run = await rig.Backup(keep: "last=1");
            Assert.True(run.ExitCode == 0, run.Log);
            Assert.NotEqual("", run.Result.GetProperty("forget").GetProperty("error").GetString() ?? "");
            Assert.Equal(count, await rig.CountSnapshots());
        }
    }

    // One that knows it asks for the account first.
    private static async Task<bool> KnowsAzure(MoverRig rig) =>
        !(await Shell.Try("\"$1\" --repo azure:container:/ cat config", [rig.Restic], rig.Environment)).Output.Contains("invalid backend", StringComparison.Ordinal);

    [Fact]
    public async Task Names_that_are_no_text_come_back_too()
    {
        using var rig = new MoverRig();
        await Shell.Run("cd \"$1\" && printf latin >\"$(printf 'caf\\351')\" && mkdir \"$(printf '\\377\\376')\" && printf deep >\"$(printf '\\377\\376/\\200')\"", rig.Volume);
        const string list = "cd \"$1\" && find . -printf '%p %y %m %s %T@\\n' | LC_ALL=C sort | sha256sum";
        var before = await Shell.Run(list, rig.Volume);
        var saved = await rig.Backup();
        Assert.True(saved.ExitCode == 0, saved.Log);
        await Shell.Run("rm -rf \"$1\"/*", rig.Volume);

        var restored = await rig.Restore(saved.SnapshotId);

        Assert.True(restored.ExitCode == 0, restored.Log);
        var after = await Shell.Run(list, rig.Volume);
        // .NET has no words for such names and could not remove them.
        await Shell.Run("rm -rf \"$1\"", rig.Volume);
        Assert.Equal(before, after);
    }
}
