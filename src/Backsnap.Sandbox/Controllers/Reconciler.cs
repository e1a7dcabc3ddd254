using System.Text.Json.Nodes;
using Backsnap.Sandbox.Lifecycle;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Controllers;

/// <summary>
/// A controller that is told of changes, and brings one object after the other to where it should be. It may look at an object too
/// often but never misses a change, and it has no order to rely on but that of the store.
/// </summary>
internal abstract class Reconciler(string name) : IController
{
    private static readonly TimeSpan RetryAfterBug = TimeSpan.FromSeconds(1);

    private readonly OngoingWork ongoing = new();
    private WorkQueue? queue;

    public string Name => name;

    protected ControllerContext Context { get; private set; } = null!;

    protected ObjectStore Store => Context.Store;

    protected DateTimeOffset Now => Context.Clock.GetUtcNow();

    /// <summary>Ends when the sandbox stops.</summary>
    protected CancellationToken Stopping { get; private set; }

    public async Task RunAsync(ControllerContext context, CancellationToken cancel)
    {
        Context = context;
        Stopping = cancel;
        await StartAsync().ConfigureAwait(false);
        using var work = new WorkQueue(context.Clock);
        queue = work;
        using var news = Store.SubscribeAll();
        var listening = ListenAsync(news, cancel);
        try
        {
            while (true)
            {
                var key = await work.TakeAsync(cancel).ConfigureAwait(false);
                try
                {
                    if (Reconcile(key) is { } delay) work.AddAfter(key, delay);
                }
                catch (Exception error) when (error is not OperationCanceledException)
                {
                    Report(key, error);
                    work.AddAfter(key, RetryAfterBug);
                }
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested) { }
        finally
        {
            await listening.ConfigureAwait(false);
            await ongoing.Completion.ConfigureAwait(false);
            await StopAsync().ConfigureAwait(false);
        }
    }

    /// <summary>The objects to look at after a change: often the changed one, or those that depend on it.</summary>
    protected abstract IEnumerable<ObjectKey> Concerned(StoreEvent.Change change);

    /// <summary>Looks at one object, which may be gone, and acts. Gives the pause after which to look again without a change, or null.</summary>
    protected abstract TimeSpan? Reconcile(ObjectKey key);

    /// <summary>Called once before the first <see cref="Reconcile"/>.</summary>
    protected virtual Task StartAsync() => Task.CompletedTask;

    /// <summary>Called once after the last <see cref="Reconcile"/>.</summary>
    protected virtual Task StopAsync() => Task.CompletedTask;

    /// <summary>Changes an object in one step, if it is still the same (by its uid); gives its new form, or null when it is gone.</summary>
    protected JsonObject? Change(ResourceType type, JsonObject obj, Func<JsonObject, JsonObject?> change) =>
        Store.Update(type, obj.NamespaceOf(), obj.NameOf(), current => current.UidOf() == obj.UidOf() ? change(current) : null).ObjectOrNull;

    private void LookAgainAt(ObjectKey key) => queue?.Add(key);

    /// <summary>
    /// Does something beside the loop because it takes a while, and looks at the object again after it. Nothing happens while work
    /// of that <paramref name="name"/> is under way.
    /// </summary>
    protected void Begin(string name, ObjectKey key, Func<Task> work)
    {
        if (!ongoing.Includes(name)) ongoing.Begin(name, work, error => Report(key, error), () => LookAgainAt(key));
    }

    protected bool IsUnderWay(string name) => ongoing.Includes(name);

    private void Report(ObjectKey key, Exception error) => Context.Log($"{Name}: {key.Type.Plural} {key.Namespace}/{key.Name}: {error}");

    private async Task ListenAsync(Subscription news, CancellationToken cancel)
    {
        try
        {
            await foreach (var item in news.Events.ReadAllAsync(cancel).ConfigureAwait(false))
                if (item is StoreEvent.Change change)
                    foreach (var key in Concerned(change)) queue!.Add(key);
        }
        catch (OperationCanceledException) { }
    }
}
