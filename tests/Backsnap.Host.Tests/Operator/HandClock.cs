using NodaTime;

namespace Backsnap.Host.Tests.Operator;

/// <summary>A clock that moves only when it is told; timers ring in their order as it passes them.</summary>
internal sealed class HandClock(Instant start) : TimeProvider, IClock
{
    private readonly Lock gate = new();
    private readonly List<Alarm> alarms = [];
    private Instant now = start;
    private Duration misset = Duration.Zero;

    public static HandClock AtNight() => new(Instant.FromUtc(2026, 11, 22, 2, 0));

    /// <summary>How many timers are set.</summary>
    public int Set
    {
        get
        {
            lock (gate)
            {
                return alarms.Count;
            }
        }
    }

    private Instant Monotonic
    {
        get
        {
            lock (gate)
            {
                return now;
            }
        }
    }

    public override long TimestampFrequency => NodaConstants.TicksPerSecond;

    public Instant GetCurrentInstant()
    {
        lock (gate)
        {
            return now + misset;
        }
    }

    public override DateTimeOffset GetUtcNow() => GetCurrentInstant().ToDateTimeOffset();

    public override long GetTimestamp() => Monotonic.ToUnixTimeTicks();

    /// <summary>Somebody sets the clock on the wall, and no timer hears of it.</summary>
    public void Step(Duration by)
    {
        lock (gate)
        {
            misset += by;
        }
    }

    public void Advance(double seconds)
    {
        var until = Monotonic + Duration.FromSeconds(seconds);
        while (Next(until) is { } alarm)
        {
            alarm.Ring();
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var alarm = new Alarm(this, () => callback(state));
        alarm.Change(dueTime, period);
        return alarm;
    }

    private Alarm? Next(Instant until)
    {
        lock (gate)
        {
            var next = alarms.Where(alarm => alarm.Due <= until).MinBy(alarm => alarm.Due);
            now = next is null ? until : Instant.Max(now, next.Due);
            if (next is not null)
            {
                alarms.Remove(next);
            }

            return next;
        }
    }

    private sealed class Alarm(HandClock clock, Action ring) : ITimer
    {
        public Instant Due { get; private set; }

        public void Ring() => ring();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock.gate)
            {
                clock.alarms.Remove(this);
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    Due = clock.now + Duration.FromTimeSpan(dueTime);
                    clock.alarms.Add(this);
                }
            }

            return true;
        }

        public void Dispose()
        {
            lock (clock.gate)
            {
                clock.alarms.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
