using Backsnap.Domain.Movers;
using Backsnap.Domain.Objects;
using Backsnap.Planner.Movers;
using Backsnap.Planner.Tests.Worlds;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Tests.Movers;

/// <summary>What the operator's settings make of a mover's pod.</summary>
public sealed class PodSettingsTests
{
    [Fact]
    public void A_user_other_than_root_gets_no_capability_and_the_volume_s_group()
    {
        var job = Job(Given.Settings.Mover with { User = 1000 });

        Assert.Contains("runAsUser: 1000", job, StringComparison.Ordinal);
        Assert.Contains("fsGroup: 1000", job, StringComparison.Ordinal);
        Assert.Contains("runAsNonRoot: true", job, StringComparison.Ordinal);
        Assert.DoesNotContain("DAC_OVERRIDE", job, StringComparison.Ordinal);
        Assert.Contains("DAC_OVERRIDE", Job(Given.Settings.Mover), StringComparison.Ordinal);
    }

    [Fact]
    public void Arguments_reach_the_mover_as_they_are_written()
    {
        var job = Job(Given.Settings.Mover, "--exclude=$(RESTIC_PASSWORD)");

        // A kubelet makes one dollar sign of two, and no variable of it.
        Assert.Contains("--exclude=$$(RESTIC_PASSWORD)", job, StringComparison.Ordinal);
    }

    [Fact]
    public void The_cache_is_limited_or_lies_in_a_volume_of_its_own_and_never_in_memory()
    {
        Assert.Contains("sizeLimit", Job(Given.Settings.Mover with { CacheSize = "2Gi" }), StringComparison.Ordinal);
        Assert.Contains("volumeClaimTemplate", Job(Given.Settings.Mover with { CacheClass = "fast" }), StringComparison.Ordinal);
        Assert.DoesNotContain("medium", Job(Given.Settings.Mover), StringComparison.Ordinal);
    }

    [Fact]
    public void A_service_account_is_named_and_its_token_for_this_cluster_stays_out()
    {
        var job = Job(Given.Settings.Mover with { ServiceAccount = "backups" });

        Assert.Contains("serviceAccountName: backups", job, StringComparison.Ordinal);
        Assert.Contains("automountServiceAccountToken: false", job, StringComparison.Ordinal);
    }

    [Fact]
    public void A_private_key_is_a_file_that_its_owner_alone_may_read_and_no_variable()
    {
        var job = Job(Given.Settings.Mover with { SecretKeys = Seq("RESTIC_PASSWORD", RepositoryFiles.SshPrivateKey, RepositoryFiles.RcloneConfiguration) });

        Assert.DoesNotContain("name: SSH_PRIVATE_KEY", job, StringComparison.Ordinal);
        Assert.Contains("- key: SSH_PRIVATE_KEY\n                path: SSH_PRIVATE_KEY\n                mode: 256", job, StringComparison.Ordinal);
        Assert.Contains("- key: RCLONE_CONF\n", job, StringComparison.Ordinal);
        Assert.Contains($"- name: {RepositoryFiles.Directory}\n              value: /etc/backsnap/repository", job, StringComparison.Ordinal);
        Assert.Contains("name: RESTIC_PASSWORD", job, StringComparison.Ordinal);
        Assert.DoesNotContain("/etc/backsnap/repository", Job(Given.Settings.Mover), StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_is_no_mount()
    {
        var job = Make(Given.Settings.Mover, new Mount("orders", ReadOnly: true) { IsDevice = true });

        Assert.Contains("devicePath: /dev/backsnap/volume", job, StringComparison.Ordinal);
        Assert.DoesNotContain("mountPath: /data", job, StringComparison.Ordinal);
    }

    private static string Job(MoverSettings mover, params string[] arguments) => Make(mover, new Mount("orders", ReadOnly: true), arguments);

    private static string Make(MoverSettings mover, Mount mount, params string[] arguments) => Manifests.Yaml(MoverManifests.Job(
        Parent.Beside(ObjectKind.PvcBackup, Given.Id("shop", "now", "uid", Given.Night), Domain.Backups.Placement.Anywhere), "job", new RepositoryAccess.OfOperator("s3:store", new Domain.Claims.ClaimRef(Given.Ns("shop"), "orders")), "backup", arguments.ToSeq().Strict(),
        Some(mount), Given.Settings with { Mover = mover }).Body);
}
