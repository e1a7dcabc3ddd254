using Backsnap.Host.Mover;
using Backsnap.Host.Tests.Mover;
using Backsnap.Mover.Tests.Stores;

namespace Backsnap.Mover.Tests.RoundTrips;

/// <summary>rclone, which can be told to run commands: whose word it takes, and what a person is told when it fails.</summary>
public sealed class RcloneTests
{
    [SkippableFact]
    public async Task Its_variables_name_a_store_where_a_person_sets_them()
    {
        Skip.If(Store.MissingRclone is not null, Store.MissingRclone);
        using var rig = new MoverRig();
        rig.Environment = rig.Environment.Add("RCLONE_CONFIG_DISK_TYPE", "local");
        rig.Repository = $"rclone:disk:{rig.In("remote")}/shop/orders";
        rig.MakeTree();

        var run = await rig.Backup(keep: "last=1");

        Assert.True(run.ExitCode == 0, run.Log);
        Assert.True(File.Exists(Path.Combine(rig.In("remote"), "shop/orders/config")));
    }

    [Theory]
    [InlineData("rclone:disk:/srv/backups")]
    [InlineData("rclone::sftp,ssh='touch {0}',host=h:/srv/backups")]
    public async Task It_is_not_run_at_the_word_of_a_namespace(string address)
    {
        using var rig = new MoverRig();
        var made = rig.In("made");
        rig.Environment = rig.Environment.SetItem("RESTIC_REPOSITORY", string.Format(System.Globalization.CultureInfo.InvariantCulture, address, made));

        var run = await rig.Run(rig.Options(Operation.Backup) with { RepositoryBelow = "shop/orders" });

        Assert.Equal((27, "BadConfiguration"), (run.ExitCode, run.Reason));
        Assert.False(File.Exists(made));
    }

    [SkippableFact]
    public async Task A_remote_that_its_configuration_does_not_have_is_named()
    {
        Skip.If(Store.MissingRclone is not null, Store.MissingRclone);
        using var rig = new MoverRig { Repository = "rclone:nowhere:/srv/backups" };

        var run = await rig.Run(rig.Options(Operation.Resolve) with { ProbeTimeout = "20s" });

        Assert.True(run.ExitCode == 27, run.Log);
    }

    [Fact]
    public async Task An_image_without_it_is_named()
    {
        using var rig = new MoverRig { Repository = "rclone:disk:/srv/backups" };
        rig.SearchPath = rig.Volume;

        var run = await rig.Backup();

        Assert.True(run.ExitCode == 27, run.Log);
        Assert.Contains("\"rclone\": executable file not found", run.Message, StringComparison.Ordinal);
    }
}
