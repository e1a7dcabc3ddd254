using Backsnap.Domain.Movers;
using Backsnap.Host.Tests;
using Backsnap.Host.Tests.Mover;
using Backsnap.Host.Tests.Stores;

namespace Backsnap.Mover.Tests.Stores;

/// <summary>The backends that can be had on a test machine.</summary>
public enum StoreKind
{
    /// <summary>A directory.</summary>
    Local,

    /// <summary>S3 over TLS with a certificate authority of its own.</summary>
    S3,

    /// <summary>restic's rest-server.</summary>
    Rest,

    /// <summary>restic's rest-server, where nothing can be deleted but locks.</summary>
    RestAppendOnly,

    /// <summary>OpenSSH's server, with a key and known hosts as a Secret gives them.</summary>
    Sftp,

    /// <summary>A directory, through rclone with the configuration that a Secret gives.</summary>
    Rclone,

    /// <summary>Azure's blobs over TLS, at the name of an account, through a proxy.</summary>
    Azure,

    /// <summary>The same, but through rclone.</summary>
    AzureByRclone,
}

/// <summary>Gives a rig its store.</summary>
internal static class Store
{
    /// <summary>Why rclone cannot be had here; null when it can.</summary>
    public static string? MissingRclone => Tools.OnPath("rclone") is null ? "rclone is not installed (scripts/test.sh fetches it on Debian and Ubuntu)" : null;

    /// <summary>Why the store cannot be had here; null when it can.</summary>
    public static string? Missing(StoreKind kind) => kind switch
    {
        StoreKind.Local => null,
        StoreKind.S3 => S3Server.Missing,
        StoreKind.Rest or StoreKind.RestAppendOnly => RestServer.Missing,
        StoreKind.Sftp => SshServer.Missing,
        StoreKind.Rclone => MissingRclone,
        StoreKind.Azure => AzureServer.Missing,
        StoreKind.AzureByRclone => MissingRclone ?? AzureServer.Missing,
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>Starts the store and points the rig to it; the store ends when what is returned is disposed.</summary>
    public static async Task<IDisposable?> Open(StoreKind kind, MoverRig rig)
    {
        switch (kind)
        {
            case StoreKind.S3:
                var s3 = await S3Server.Start();
                rig.Repository = $"s3:{s3.Address}/{S3Server.Bucket}/cluster/shop/orders";
                rig.Environment = rig.Environment.SetItems(s3.Environment);
                return s3;
            case StoreKind.Rest or StoreKind.RestAppendOnly:
                var rest = await RestServer.Start(kind == StoreKind.RestAppendOnly ? ["--append-only"] : []);
                // No deeper: the server knows repositories of one or two path segments.
                rig.Repository = rest.Repository("shop/orders");
                return rest;
            case StoreKind.Sftp:
                var ssh = await SshServer.Start();
                rig.Repository = ssh.Repository("shop/orders");
                rig.Environment = rig.Environment.SetItem(RepositoryFiles.Directory, ssh.Credentials);
                return ssh;
            case StoreKind.Rclone:
                rig.Repository = $"rclone:disk:{rig.In("remote")}/shop/orders";
                await Configure(rig, "[disk]\ntype = local\n");
                return null;
            case StoreKind.Azure:
                var azure = await AzureServer.Start();
                rig.Repository = "azure:backups:/cluster/shop/orders";
                rig.Environment = rig.Environment.SetItems(azure.Variables);
                return azure;
            case StoreKind.AzureByRclone:
                var blobs = await AzureServer.Start();
                rig.Repository = "rclone:azure:backups/cluster/shop/orders";
                rig.Environment = rig.Environment.SetItems(blobs.Way);
                await Configure(rig, AzureServer.Remote("azure", AzureServer.Key));
                return blobs;
            default:
                return null;
        }
    }

    // As a pod finds it: in a file that its Secret is mounted as.
    private static async Task Configure(MoverRig rig, string configuration)
    {
        var files = Directory.CreateDirectory(rig.In("credentials")).FullName;
        await File.WriteAllTextAsync(Path.Combine(files, RepositoryFiles.RcloneConfiguration), configuration);
        rig.Environment = rig.Environment.SetItem(RepositoryFiles.Directory, files);
    }
}
