using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Backsnap.Sandbox.Pods;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Tests.Controllers;

/// <summary>A cluster with all its controllers and a namespace <c>contract</c>, and everything that happens in it from the start.</summary>
internal sealed class RunningCluster : IAsyncDisposable
{
    public const string Namespace = "contract";

    private readonly ScratchDirectory scratch = new();
    private readonly ConcurrentQueue<StoreEvent.Change> changes = new();
    private readonly ConcurrentQueue<string> log = new();
    private SandboxCluster cluster = null!;
    private Subscription news = null!;
    private long heard;

    public ObjectStore Store => cluster.Store;

    public string DataDirectory => scratch["data"];

    /// <summary>The changes so far, in their order.</summary>
    public IReadOnlyList<StoreEvent.Change> Changes => [.. changes];

    public static async Task<RunningCluster> StartAsync(Func<SandboxOptions, SandboxOptions>? adjust = null)
    {
        var running = new RunningCluster();
        var options = new SandboxOptions
        {
            DataDirectory = running.DataDirectory,
            FirstRetryPause = TimeSpan.FromMilliseconds(200),
            Log = line => running.log.Enqueue(line),
        };
        running.cluster = await SandboxCluster.StartAsync(adjust is null ? options : adjust(options));
        running.news = running.Store.SubscribeAll();
        _ = running.ListenAsync();
        running.Create(ResourceTypes.Namespaces, new JsonObject { ["metadata"] = new JsonObject { ["name"] = Namespace } });
        return running;
    }

    public JsonObject Create(ResourceType type, JsonObject obj)
    {
        if (type.Namespaced) obj.SetDefault(Namespace, "metadata", "namespace");
        var result = Store.Create(type, obj);
        return result.ObjectOrNull ?? throw new InvalidOperationException(((StoreResult.Refused)result).Error.Message);
    }

    public JsonObject? Get(ResourceType type, string name) => Store.Get(type, type.Namespaced ? Namespace : "", name);

    public void Delete(ResourceType type, string name, DeleteOptions? options = null) =>
        Assert.IsType<StoreResult.Ok>(Store.Delete(type, type.Namespaced ? Namespace : "", name, options));

    /// <summary>Waits until an object is as it should be (or, for null, gone); gives that form.</summary>
    public async Task<JsonObject> EventuallyAsync(ResourceType type, string name, Func<JsonObject, bool> condition)
    {
        JsonObject? found = null;
        await Eventually.HoldsAsync(
            () => (found = Get(type, name)) is not null && condition(found),
            () => $"{type.Kind} {name} is {found?.ToJsonString() ?? "absent"}\nevents:\n{string.Join('\n', Events())}\nlog:\n{string.Join('\n', log)}");
        await HeardAllAsync();
        return found!;
    }

    public Task EventuallyGoneAsync(ResourceType type, string name) =>
        Eventually.HoldsAsync(() => Get(type, name) is null && History(type, name) is [.., null], () => $"{type.Kind} {name} is still {Get(type, name)?.ToJsonString()}\nlog:\n{string.Join('\n', log)}");

    public Task EventuallyToldAsync(string name, string reason) =>
        Eventually.HoldsAsync(
            () => Events(name).Any(told => told.Split(' ')[1] == reason),
            () => $"no Event {reason} about {name}, but:\n{string.Join('\n', Events())}\nlog:\n{string.Join('\n', log)}");

    /// <summary>Waits until the container <c>main</c> of a pod has printed a line: only then are its traps set.</summary>
    public Task EventuallyPrintedAsync(string pod, string line)
    {
        var file = Path.Combine(DataDirectory, "pods", Get(ResourceTypes.Pods, pod)!.UidOf(), "main", "0.log");
        return Eventually.HoldsAsync(
            () => File.Exists(file) && ContainerLog.Lines(file).Any(printed => printed.Text == line),
            () => $"{pod} never printed {line}");
    }

    /// <summary>The Events about an object (or all), each as "Type Reason Message", in the order of their first telling.</summary>
    public IReadOnlyList<string> Events(string? about = null) =>
    [
        .. Changes.OfType<StoreEvent.Added>().Where(change => change.Stored.Type == ResourceTypes.Events)
            .Select(change => change.Object)
            .Where(told => about is null || told.Text("involvedObject", "name") == about)
            .Select(told => $"{told.Text("type")} {told.Text("reason")} {told.Text("message")}"),
    ];

    /// <summary>The forms that an object has had, one after the other; the last is null when it is gone.</summary>
    public IReadOnlyList<JsonObject?> History(ResourceType type, string name) =>
    [
        .. Changes.Where(change => change.Stored.Type == type && change.Stored.Name == name)
            .Select(change => change is StoreEvent.Deleted ? null : change.Object),
    ];

    public async ValueTask DisposeAsync()
    {
        await cluster.DisposeAsync();
        news.Dispose();
        scratch.Dispose();
    }

    /// <summary>What the store says now may be ahead of what was heard: the history is whole only after this.</summary>
    private Task HeardAllAsync()
    {
        var version = Store.ResourceVersion;
        return Eventually.HoldsAsync(() => Volatile.Read(ref heard) >= version, () => $"resourceVersion {version} was never heard of");
    }

    private async Task ListenAsync()
    {
        await foreach (var item in news.Events.ReadAllAsync())
        {
            if (item is StoreEvent.Change change) changes.Enqueue(change);
            Volatile.Write(ref heard, item.ResourceVersion);
        }
    }
}
