namespace Backsnap.EndToEnd.Tests.Running;

/// <summary>
/// Where the tests run: on the embedded cluster, or on the one that BACKSNAP_E2E_KUBECONFIG names. There nothing is assumed but the API;
/// the other variables name a storage class, a snapshot class, the image, the repository and a file with its credentials.
/// </summary>
internal static class E2ESettings
{
    /// <summary>The kubeconfig of another cluster; null for the embedded one.</summary>
    public static string? Kubeconfig { get; } = Read("BACKSNAP_E2E_KUBECONFIG");

    /// <summary>The storage class of the tests' claims; null for the cluster's default.</summary>
    public static string? StorageClass { get; } = Read("BACKSNAP_E2E_STORAGE_CLASS");

    /// <summary>The snapshot class; null to let Backsnap choose.</summary>
    public static string? SnapshotClass { get; } = Read("BACKSNAP_E2E_SNAPSHOT_CLASS");

    /// <summary>The image of movers and of the pods that fill and read claims; its entry point is backsnap.</summary>
    public static string Image { get; } = Read("BACKSNAP_E2E_IMAGE") ?? "backsnap";

    /// <summary>The base of the repositories; null for a directory of the test run.</summary>
    public static string? Repository { get; } = Read("BACKSNAP_E2E_REPOSITORY");

    /// <summary>A file of lines NAME=VALUE with the repository's credentials; null for a password of the test run.</summary>
    public static string? SecretFile { get; } = Read("BACKSNAP_E2E_SECRET_FILE");

    /// <summary>The published program to test instead of the one that was built beside the tests.</summary>
    public static string? Program { get; } = Read("BACKSNAP_E2E_PROGRAM");

    /// <summary>Whether the embedded cluster is used.</summary>
    public static bool IsEmbedded => Kubeconfig is null;

    /// <summary>How long anything may take that normally takes seconds.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(int.TryParse(Read("BACKSNAP_E2E_PATIENCE_SECONDS"), out var seconds) ? seconds : 240);

    private static string? Read(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
