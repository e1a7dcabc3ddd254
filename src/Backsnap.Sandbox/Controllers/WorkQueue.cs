using System.Threading.Channels;

namespace Backsnap.Sandbox.Controllers;

/// <summary>
/// What a controller still has to look at: each key at most once, in the order of first mention. A key can be put off; of several
/// such wishes for one key the last counts. Safe for any number of threads, for one reader.
/// </summary>
internal sealed class WorkQueue(TimeProvider time) : IDisposable
{
    private readonly Lock gate = new();
    private readonly HashSet<ObjectKey> waiting = [];
    private readonly Dictionary<ObjectKey, ITimer> later = [];
    private readonly Channel<ObjectKey> channel = Channel.CreateUnbounded<ObjectKey>();

    public void Add(ObjectKey key)
    {
        lock (gate)
        {
            if (waiting.Add(key)) channel.Writer.TryWrite(key);
        }
    }

    public void AddAfter(ObjectKey key, TimeSpan delay)
    {
        lock (gate)
        {
            if (later.TryGetValue(key, out var timer)) timer.Change(delay, Timeout.InfiniteTimeSpan);
            else later[key] = time.CreateTimer(_ => Due(key), null, delay, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>The next key; from now on a mention of it is new again.</summary>
    public async ValueTask<ObjectKey> TakeAsync(CancellationToken cancel)
    {
        var key = await channel.Reader.ReadAsync(cancel).ConfigureAwait(false);
        lock (gate) waiting.Remove(key);
        return key;
    }

    public void Dispose()
    {
        lock (gate)
        {
            foreach (var timer in later.Values) timer.Dispose();
            later.Clear();
        }
    }

    private void Due(ObjectKey key)
    {
        lock (gate)
        {
            if (later.Remove(key, out var timer)) timer.Dispose();
        }
        Add(key);
    }
}
