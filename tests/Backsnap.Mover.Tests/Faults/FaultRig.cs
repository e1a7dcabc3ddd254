using System.Diagnostics;
using Backsnap.Host.Mover;
using Backsnap.Host.Tests.Mover;
using Backsnap.Host.Tests.Stores;
using Backsnap.Mover.Tests.Stores;

namespace Backsnap.Mover.Tests.Faults;

/// <summary>A mover, a store and the proxy between them.</summary>
internal sealed class FaultRig : IAsyncDisposable
{
    // What a mover's own limits do not cover: starting restic a few times on a busy machine.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(40);

    private readonly IDisposable? store;

    private FaultRig(MoverRig mover, IDisposable? store, FaultProxy proxy) => (Mover, this.store, Proxy) = (mover, store, proxy);

    public MoverRig Mover { get; }

    public FaultProxy Proxy { get; }

    // Short, so that the tests are, but longer than the S3 client within restic asks again before it says a word.
    private static readonly TimeSpan Probe = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Stall = TimeSpan.FromSeconds(12);

    /// <summary>A rest-server behind a proxy.</summary>
    public static async Task<FaultRig> Rest()
    {
        var server = await RestServer.Start();
        return await Rest(server, owned: true);
    }

    /// <summary>A proxy before a rest-server that others use too.</summary>
    public static async Task<FaultRig> Rest(RestServer server, bool owned = false)
    {
        var proxy = await FaultProxy.Start(new Uri($"http://127.0.0.1:{server.Port}"));
        return new FaultRig(new MoverRig { Repository = $"rest:http://127.0.0.1:{proxy.Port}/{Guid.NewGuid():n}/orders/" }, owned ? server : null, proxy);
    }

    /// <summary>A proxy before an S3 server over TLS that others use too.</summary>
    public static async Task<FaultRig> S3(S3Server server)
    {
        var proxy = await FaultProxy.Start(new Uri(server.Address), Path.GetDirectoryName(server.AuthorityFile));
        var mover = new MoverRig { Repository = $"s3:https://127.0.0.1:{proxy.Port}/{S3Server.Bucket}/{Guid.NewGuid():n}/orders" };
        mover.Environment = mover.Environment.SetItems(server.Environment);
        return new FaultRig(mover, store: null, proxy);
    }

    /// <summary>Runs a backup, which must end within the mover's own limits.</summary>
    public Task<MoverRun> Backup(string? keep = null) => Run(Mover.Options(Operation.Backup) with { Keep = keep });

    /// <summary>Runs a restore, which must end within the mover's own limits.</summary>
    public Task<MoverRun> Restore(string snapshot) => Run(Mover.Options(Operation.Restore) with { Snapshot = snapshot });

    public async Task<MoverRun> Run(MoverOptions options)
    {
        var started = Stopwatch.GetTimestamp();
        var run = await Mover.Run(options with { ProbeTimeout = $"{(int)Probe.TotalSeconds}s", StallTimeout = $"{(int)Stall.TotalSeconds}s", RetryLock = "1s" });
        Assert.True(Stopwatch.GetElapsedTime(started) < Probe + Stall + Stall + Margin, $"it took {Stopwatch.GetElapsedTime(started)}\n{run.Log}");
        return run;
    }

    public async ValueTask DisposeAsync()
    {
        await Proxy.DisposeAsync();
        store?.Dispose();
        Mover.Dispose();
    }
}
