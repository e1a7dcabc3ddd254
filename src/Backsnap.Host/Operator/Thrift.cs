namespace Backsnap.Host.Operator;

/// <summary>
/// Gives memory back once work is done. After a burst, and after the first look at a large cluster, most of the heap is garbage, and an operator that
/// rests allocates nothing that would make the collector look at it: it would keep that memory for days, from whoever shares the node.
/// </summary>
/// <param name="time">Whose timer is used.</param>
/// <param name="collect">Collects and gives back; how much has been allocated so far is asked before.</param>
/// <param name="allocated">How many bytes have been allocated since the program started.</param>
internal sealed class Thrift(TimeProvider time, Action collect, Func<long> allocated) : IDisposable
{
    /// <summary>How long there must have been nothing to do: a pause within a burst is none.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>How much must have been allocated since the last time, in bytes: less is not worth the pause.</summary>
    public const long Worth = 16L << 20;

    private readonly Lock changing = new();
    private ITimer? timer;
    private long before;

    /// <summary>The process's own memory.</summary>
    public static Thrift OfProcess(TimeProvider time) => new(
        time, () => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true), () => GC.GetTotalAllocatedBytes());

    /// <summary>Work is done; if nothing else comes for a while, memory is given back.</summary>
    public void Rest()
    {
        lock (changing)
        {
            timer ??= time.CreateTimer(_ => GiveBack(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            timer.Change(Patience, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>There is work again.</summary>
    public void Work()
    {
        lock (changing)
        {
            timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => timer?.Dispose();

    private void GiveBack()
    {
        if (allocated() - before >= Worth)
        {
            collect();
            before = allocated();
        }
    }
}
