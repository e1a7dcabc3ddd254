using Backsnap.Install.Tests.Running;

namespace Backsnap.Install.Tests.Manifests;

/// <summary>What docs/install.md says of removing Backsnap.</summary>
public sealed class UninstallationTests
{
    [SkippableFact]
    public async Task Removing_the_operator_leaves_claims_and_records_and_installing_it_again_finds_them()
    {
        await using var cluster = await EmbeddedCluster.Start();
        await cluster.Run("apply", "-k", Repository.At("config/default"));
        await cluster.CreateNamespace("shop");
        await cluster.Run(["apply", "-f", "-"], """
            apiVersion: v1
            kind: PersistentVolumeClaim
            metadata: {name: orders, namespace: shop}
            spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Mi}}}
            """);
        await cluster.Run("apply", "-f", Repository.At("config/samples/pvcbackup.yaml"));

        await cluster.Run("delete", "-k", Repository.At("config/manager"), "--ignore-not-found");
        await cluster.Run("delete", "-k", Repository.At("config/rbac"), "--ignore-not-found");

        Assert.Contains("orders-before-upgrade", await cluster.Run("get", "backup", "-n", "shop"));
        Assert.Contains("orders", await cluster.Run("get", "pvc", "-n", "shop"));
        Assert.Contains("orders-before-upgrade", await cluster.Run("delete", "pvcbackup", "-n", "shop", "orders-before-upgrade", "--timeout=20s"));
        await cluster.Run("apply", "-k", Repository.At("config/default"));
    }

    [SkippableFact]
    public async Task No_definition_is_removed_with_the_operator()
    {
        var removed = (await Kustomization.Render("config/manager")).Concat(await Kustomization.Render("config/rbac"));

        Assert.DoesNotContain(removed, obj => obj.Kind() == "CustomResourceDefinition");
    }
}
