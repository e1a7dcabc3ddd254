using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Backsnap.Host.Metrics;
using NodaTime;

namespace Backsnap.Host.Operator.Events;

/// <summary>
/// What waits to be told. The loop puts news in and goes on; it never waits for the API server to take an Event. What is heard again before it was
/// told waits once, and is counted. Of too much the oldest is dropped: what an object has come to says more than how it began. Safe from any thread.
/// </summary>
/// <param name="clock">Says when something was heard.</param>
/// <param name="figures">Counts what is dropped.</param>
/// <param name="most">How much may wait.</param>
internal sealed class EventQueue(IClock clock, Figures figures, int most = EventQueue.Most)
{
    /// <summary>How much may wait: some megabytes at worst.</summary>
    public const int Most = 4096;

    private readonly Lock gate = new();
    private readonly Queue<string> order = new();
    private readonly Dictionary<string, Observed> waiting = new(StringComparer.Ordinal);
    private readonly Channel<bool> bell = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Rings when something was put in.</summary>
    public ChannelReader<bool> Bell => bell.Reader;

    /// <summary>How much waits.</summary>
    public int Count
    {
        get
        {
            lock (gate)
            {
                return waiting.Count;
            }
        }
    }

    /// <summary>Puts news in.</summary>
    public void Tell(News news)
    {
        var heard = Observed.Once(news, clock.GetCurrentInstant());
        lock (gate)
        {
            if (waiting.TryGetValue(Key(news), out var before))
            {
                waiting[Key(news)] = before.And(heard);
                return;
            }

            if (order.Count >= most && order.TryDequeue(out var oldest))
            {
                waiting.Remove(oldest);
                figures.Told(EventResult.Dropped);
            }

            order.Enqueue(Key(news));
            waiting.Add(Key(news), heard);
        }

        bell.Writer.TryWrite(true);
    }

    /// <summary>Takes out what has waited longest.</summary>
    public bool TryTake([NotNullWhen(true)] out Observed? next)
    {
        lock (gate)
        {
            next = order.TryDequeue(out var key) && waiting.Remove(key, out var found) ? found : null;
            return next is not null;
        }
    }

    /// <summary>Drops all of it; how much it was.</summary>
    public int Drop()
    {
        lock (gate)
        {
            var dropped = waiting.Count;
            order.Clear();
            waiting.Clear();
            return dropped;
        }
    }

    private static string Key(News news) => $"{news.Home}/{news.Name}";
}
