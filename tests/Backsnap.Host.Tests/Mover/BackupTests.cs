using System.Text.Json;
using Backsnap.Host.Mover;
using Backsnap.Host.Tree;

namespace Backsnap.Host.Tests.Mover;

public sealed class BackupTests
{
    [Fact]
    public async Task The_snapshot_carries_host_path_tags_and_the_time_that_was_asked_for()
    {
        using var rig = new MoverRig();
        File.WriteAllText(Path.Combine(rig.Volume, "file"), "content");

        var saved = await rig.Backup(time: "2026-03-04T05:06:07Z", tags: ["claim-uid=1234", "claim-modes=ReadWriteOnce+ReadOnlyMany", "label:example.com/team=sales"]);

        using var json = JsonDocument.Parse(await rig.Ask("snapshots", "--json"));
        var snapshot = Assert.Single(json.RootElement.EnumerateArray());
        Assert.Equal(saved.SnapshotId, snapshot.GetProperty("id").GetString());
        Assert.Equal("shop", snapshot.GetProperty("hostname").GetString());
        Assert.Equal([rig.Volume], snapshot.GetProperty("paths").EnumerateArray().Select(path => path.GetString()));
        Assert.Equal(["claim-uid=1234", "claim-modes=ReadWriteOnce+ReadOnlyMany", "label:example.com/team=sales"], snapshot.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()));
        Assert.Equal("2026-03-04T05:06:07Z", snapshot.GetProperty("time").GetString());
        Assert.Equal("2026-03-04T05:06:07Z", saved.Result.GetProperty("snapshot").GetProperty("time").GetString());
    }

    [Fact]
    public async Task Words_that_look_like_options_stay_words()
    {
        using var rig = new MoverRig { Namespace = "--dry-run" };
        File.WriteAllText(Path.Combine(rig.Volume, "--exclude=*"), "content");

        var saved = await rig.Backup(tags: ["--dry-run", "-n"]);

        Assert.Equal(0, saved.ExitCode);
        Assert.Equal(1, saved.Backup("filesNew"));
        Assert.Equal(1, await rig.CountSnapshots());
    }

    [Fact]
    public async Task Retention_keeps_what_the_policy_names_and_whatever_is_tagged_keep()
    {
        using var rig = new MoverRig();
        File.WriteAllText(Path.Combine(rig.Volume, "file"), "content");
        var tagged = await rig.Backup(time: "2026-01-01T00:00:00Z", tags: ["keep"]);
        await rig.Backup(time: "2026-01-02T00:00:00Z");
        await rig.Backup(time: "2026-01-03T00:00:00Z");

        var last = await rig.Backup(keep: "last=1", time: "2026-01-04T00:00:00Z");

        Assert.Equal(2, last.Result.GetProperty("forget").GetProperty("kept").GetInt32());
        Assert.Equal(2, last.Result.GetProperty("forget").GetProperty("removed").GetInt32());
        Assert.Equal(2, await rig.CountSnapshots());
        Assert.Equal(0, (await rig.Resolve(tagged.SnapshotId)).ExitCode);
    }

    [Fact]
    public async Task Retention_touches_no_other_host()
    {
        using var rig = new MoverRig();
        File.WriteAllText(Path.Combine(rig.Volume, "file"), "content");
        await rig.Run(rig.Options(Operation.Backup) with { Host = "other" });
        await rig.Run(rig.Options(Operation.Backup) with { Host = "other" });

        await rig.Backup(keep: "last=1");

        Assert.Equal(3, await rig.CountSnapshots());
    }

    [Fact]
    public async Task A_volume_that_became_empty_is_saved_and_nothing_is_forgotten_until_it_has_content_again()
    {
        using var rig = new MoverRig();
        File.WriteAllText(Path.Combine(rig.Volume, "file"), "content");
        var full = await rig.Backup(keep: "last=1");
        File.Delete(Path.Combine(rig.Volume, "file"));

        var empty = await rig.Backup(keep: "last=1");
        var emptyAgain = await rig.Backup(keep: "last=1");

        foreach (var run in new[] { empty, emptyAgain })
        {
            Assert.Equal(0, run.ExitCode);
            Assert.False(run.Result.TryGetProperty("forget", out _));
            Assert.Contains("the volume is empty", run.Result.GetProperty("warnings").GetProperty("first")[0].GetString(), StringComparison.Ordinal);
        }

        Assert.Equal(3, await rig.CountSnapshots());
        Assert.Equal(0, (await rig.Resolve(full.SnapshotId)).ExitCode);

        Assert.Equal("VolumeEmpty", emptyAgain.Result.GetProperty("forgetWithheld").GetProperty("reason").GetString());
        Assert.Equal(full.SnapshotId[..8], emptyAgain.Result.GetProperty("forgetWithheld").GetProperty("snapshot").GetString());

        File.WriteAllText(Path.Combine(rig.Volume, "file"), "content again");
        Assert.Equal(3, (await rig.Backup(keep: "last=1")).Result.GetProperty("forget").GetProperty("removed").GetInt32());
    }

    [Fact]
    public async Task A_volume_that_was_always_empty_has_its_snapshots_forgotten_as_others_have()
    {
        using var rig = new MoverRig();
        await rig.Backup(keep: "last=1");

        var second = await rig.Backup(keep: "last=1");

        Assert.Equal(1, second.Result.GetProperty("forget").GetProperty("removed").GetInt32());
        Assert.False(second.Result.TryGetProperty("warnings", out _));
    }

    [SkippableFact]
    public async Task Unreadable_files_make_a_partial_backup_that_is_kept_and_names_them()
    {
        Skip.IfNot(Environment.UserName == "root", "only root can run restic as another user");
        using var rig = new MoverRig();
        rig.Restic = AsNobody(rig);
        File.WriteAllText(Path.Combine(rig.Volume, "open"), "readable");
        foreach (var name in new[] { "closed-1", "closed-2" })
        {
            File.WriteAllText(Path.Combine(rig.Volume, name), "unreadable");
            Posix.SetMode(Path.Combine(rig.Volume, name), 0x100);
        }

        var saved = await rig.Backup(keep: "last=1");

        Assert.True(saved.ExitCode == 3, saved.Log);
        Assert.Equal("Partial", saved.Result.GetProperty("outcome").GetString());
        Assert.Equal(2, saved.Result.GetProperty("warnings").GetProperty("count").GetInt32());
        Assert.Contains("closed-1", saved.Result.GetProperty("warnings").GetProperty("first")[0].GetString(), StringComparison.Ordinal);
        Assert.Equal(64, saved.SnapshotId.Length);
        Assert.Equal(1, await rig.CountSnapshots());
    }

    [Fact]
    public async Task A_failure_of_retention_does_not_make_the_backup_one()
    {
        using var rig = new MoverRig();
        File.WriteAllText(Path.Combine(rig.Volume, "file"), "content");
        rig.Restic = rig.In("restic-that-cannot-forget");
        File.WriteAllText(rig.Restic, $"#!/bin/sh\n[ \"$1\" != forget ] || {{ echo 'Fatal: repository is already locked by PID 42 on gone' >&2; exit 11; }}\nexec '{Tools.Restic}' \"$@\"\n");
        Posix.SetMode(rig.Restic, 0x1C0);

        var saved = await rig.Backup(keep: "last=1");

        Assert.Equal(0, saved.ExitCode);
        Assert.Equal("Succeeded", saved.Result.GetProperty("outcome").GetString());
        Assert.Contains("PID 42 on gone", saved.Result.GetProperty("forget").GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_volume_is_a_mistake_of_configuration_and_makes_no_repository()
    {
        using var rig = new MoverRig();

        var run = await rig.Run(rig.Options(Operation.Backup) with { Path = rig.In("nowhere") });

        Assert.Equal(27, run.ExitCode);
        Assert.False(Directory.Exists(rig.Repository));
    }

    private static string AsNobody(MoverRig rig)
    {
        // Everything that restic itself needs is made open to all, so that only the volume's own modes are in its way.
        const int all = 0x1FF;
        foreach (var directory in new[] { rig.In(""), rig.Volume, rig.Repository, rig.In("cache") })
        {
            Directory.CreateDirectory(directory);
            Posix.SetMode(directory, all);
        }

        var program = rig.In("restic-as-nobody");
        var copy = rig.In("restic");
        File.Copy(Tools.Restic, copy);
        File.WriteAllText(program, $"#!/bin/sh\nexec setpriv --reuid 65534 --regid 65534 --clear-groups '{copy}' \"$@\"\n");
        Posix.SetMode(copy, all);
        Posix.SetMode(program, all);
        return program;
    }
}
