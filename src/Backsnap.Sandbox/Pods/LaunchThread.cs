using System.Collections.Concurrent;

namespace Backsnap.Sandbox.Pods;

/// <summary>
/// The one thread that starts containers. The kernel's parent-death signal, which ends containers when the sandbox is killed, is
/// bound to the thread that forked and not to its process: a thread of the pool may end at any time and would take its containers along.
/// </summary>
internal static class LaunchThread
{
    private static readonly BlockingCollection<Action> Work = Begin();

    public static Task<T> RunAsync<T>(Func<T> start)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Work.Add(() =>
        {
            try { done.SetResult(start()); }
            catch (Exception error) { done.SetException(error); }
        });
        return done.Task;
    }

    private static BlockingCollection<Action> Begin()
    {
        var work = new BlockingCollection<Action>();
        new Thread(() =>
        {
            foreach (var action in work.GetConsumingEnumerable()) action();
        })
        { IsBackground = true, Name = "container launcher" }.Start();
        return work;
    }
}
