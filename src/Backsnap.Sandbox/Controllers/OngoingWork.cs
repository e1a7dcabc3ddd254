using System.Collections.Concurrent;

namespace Backsnap.Sandbox.Controllers;

/// <summary>What a controller does beside its loop because it takes a while, at most one thing at a time per name.</summary>
internal sealed class OngoingWork
{
    private readonly ConcurrentDictionary<string, Task> tasks = new(StringComparer.Ordinal);

    /// <summary>Ends when all that was begun has ended; never faults.</summary>
    public Task Completion => Task.WhenAll(tasks.Values);

    public bool Includes(string name) => tasks.ContainsKey(name);

    /// <summary>
    /// Begins some work; work of that name must not be under way. Cancellation ends it silently, any other failure goes to
    /// <paramref name="failed"/>; then comes <paramref name="ended"/>.
    /// </summary>
    public void Begin(string name, Func<Task> work, Action<Exception> failed, Action ended)
    {
        var begin = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        tasks[name] = RunAsync();
        begin.SetResult();

        async Task RunAsync()
        {
            await begin.Task.ConfigureAwait(false);
            try { await work().ConfigureAwait(false); }
            catch (OperationCanceledException) { }
            catch (Exception error) { failed(error); }
            tasks.TryRemove(name, out _);
            ended();
        }
    }
}
