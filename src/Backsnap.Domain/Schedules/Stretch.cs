using NodaTime;

namespace Backsnap.Domain.Schedules;

/// <summary>
/// A stretch of time during which a zone's clocks run evenly. Instants are seconds since the Unix epoch; local times are the same
/// plus <paramref name="Offset"/>.
/// </summary>
/// <param name="Start">The first instant, or <see cref="long.MinValue"/>.</param>
/// <param name="End">The first instant after it, or <see cref="long.MaxValue"/>.</param>
/// <param name="Offset">Seconds to add to an instant for its local time.</param>
/// <param name="PreviousEnd">
/// The local time that the clocks would have shown at <paramref name="Start"/>, had they not been changed. When it is before the local
/// start, the local times between were skipped; when after, the local times between are shown a second time.
/// </param>
internal readonly record struct Stretch(long Start, long End, long Offset, long PreviousEnd)
{
    public static Stretch At(DateTimeZone zone, long second)
    {
        var interval = zone.GetZoneInterval(Instant.FromUnixTimeSeconds(second));
        var offset = (long)interval.WallOffset.Seconds;
        var end = interval.HasEnd ? interval.End.ToUnixTimeSeconds() : long.MaxValue;
        return interval.HasStart
            ? new(
                interval.Start.ToUnixTimeSeconds(),
                end,
                offset,
                interval.Start.ToUnixTimeSeconds() + zone.GetUtcOffset(interval.Start - Duration.Epsilon).Seconds)
            : new(long.MinValue, end, offset, long.MinValue);
    }

    public bool HasStart => Start != long.MinValue;

    public long LocalStart => HasStart ? Start + Offset : long.MinValue;

    /// <summary>The first local time that no earlier stretch has shown.</summary>
    public long FirstNewLocal => Math.Max(LocalStart, PreviousEnd);

    public bool SkippedLocalTimes => HasStart && PreviousEnd < LocalStart;
}
