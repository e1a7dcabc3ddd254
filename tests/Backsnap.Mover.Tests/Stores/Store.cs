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
}

/// <summary>Gives a rig its store.</summary>
internal static class Store
{
    /// <summary>Why the store cannot be had here; null when it can.</summary>
    public static string? Missing(StoreKind kind) => kind switch
    {
        StoreKind.Local => null,
        StoreKind.S3 => S3Server.Missing,
        StoreKind.Rest or StoreKind.RestAppendOnly => RestServer.Missing,
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
            default:
                return null;
        }
    }
}
