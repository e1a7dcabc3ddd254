using System.Text.Json;

namespace Backsnap.Kubernetes.Tests.Objects;

public sealed class ReadingTests
{
    [Fact]
    public void An_object_without_metadata_has_empty_metadata()
    {
        var claim = JsonSerializer.Deserialize("{}", Resources.PersistentVolumeClaims.Json)!;
        Assert.NotNull(claim.Metadata);
        Assert.Null(claim.Metadata.Name);
        Assert.Null(claim.Spec);
    }

    [Fact]
    public void A_claim_keeps_what_is_read_and_skips_the_rest()
    {
        var claim = JsonSerializer.Deserialize(
            """
            {"kind":"PersistentVolumeClaim","apiVersion":"v1","metadata":{"name":"data","namespace":"contract",
             "uid":"1e19ae54-76f7-4d97-ab07-1c959b2bded4","resourceVersion":"710","creationTimestamp":"2026-11-22T08:44:09Z",
             "labels":{"app":"x"},"finalizers":["kubernetes.io/pvc-protection"],
             "managedFields":[{"manager":"kubectl","fieldsV1":{"f:spec":{".":{}}}}]},
             "spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"64Mi"}},"storageClassName":"csi-hostpath",
             "volumeMode":"Filesystem"},"status":{"phase":"Bound","capacity":{"storage":"1Gi"}}}
            """,
            Resources.PersistentVolumeClaims.Json)!;

        Assert.Equal("data", claim.Metadata.Name);
        Assert.Equal(new DateTimeOffset(2026, 11, 22, 8, 44, 9, TimeSpan.Zero), claim.Metadata.CreationTimestamp);
        Assert.Equal("x", claim.Metadata.Labels!["app"]);
        Assert.Equal(["kubernetes.io/pvc-protection"], claim.Metadata.Finalizers!);
        Assert.Equal(["ReadWriteOnce"], claim.Spec!.AccessModes!);
        Assert.Equal("64Mi", claim.Spec.Resources!.Requests!["storage"]);
        Assert.Equal("1Gi", claim.Status!.Capacity!["storage"]);
    }

    [Theory]
    [InlineData("""{"status":{"restoreSize":"64Mi"}}""", "64Mi")]
    [InlineData("""{"status":{"restoreSize":67108864}}""", "67108864")]
    [InlineData("""{"status":{"restoreSize":null}}""", null)]
    [InlineData("""{"status":{}}""", null)]
    public void A_restore_size_is_read_whether_text_or_number(string json, string? expected) =>
        Assert.Equal(expected, JsonSerializer.Deserialize(json, Resources.VolumeSnapshots.Json)!.Status!.RestoreSize);

    [Fact]
    public void The_terminated_state_of_a_container_is_read()
    {
        var pod = JsonSerializer.Deserialize(
            """
            {"metadata":{"name":"bad-c5cfr"},"spec":{"nodeName":"vm"},"status":{"phase":"Failed","containerStatuses":[{"name":"main",
             "state":{"terminated":{"exitCode":3,"reason":"Error","message":"no\n","startedAt":"2026-11-22T08:45:57Z",
             "finishedAt":"2026-11-22T08:45:57Z"}},"lastState":{},"ready":false,"restartCount":0}]}}
            """,
            Resources.Pods.Json)!;
        var container = Assert.Single(pod.Status!.ContainerStatuses!);
        Assert.Equal(3, container.State!.Terminated!.ExitCode);
        Assert.Equal("no\n", container.State.Terminated.Message);
        Assert.Null(container.LastState!.Terminated);
    }

    [Fact]
    public void Strings_that_repeat_are_one_instance()
    {
        const string json = """{"metadata":{"namespace":"shop-eu-west-1","labels":{"app.kubernetes.io/name":"db"}},"status":{"phase":"Bound"}}""";
        var one = JsonSerializer.Deserialize(json, Resources.PersistentVolumeClaims.Json)!;
        var two = JsonSerializer.Deserialize(json, Resources.PersistentVolumeClaims.Json)!;
        Assert.Same(one.Metadata.Namespace, two.Metadata.Namespace);
        Assert.Same(one.Status!.Phase, two.Status!.Phase);
        Assert.Same(one.Metadata.Labels!.Keys.Single(), two.Metadata.Labels!.Keys.Single());
        Assert.Equal(one.Metadata.Labels, two.Metadata.Labels);
    }

    [Fact]
    public void The_text_form_of_a_secret_gives_no_value_away()
    {
        var secret = JsonSerializer.Deserialize("""{"data":{"RESTIC_PASSWORD":"aHVudGVyMg=="}}""", Resources.Secrets.Json)!;
        Assert.Contains("RESTIC_PASSWORD", secret.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("aHVudGVyMg", secret.ToString(), StringComparison.Ordinal);
    }
}
