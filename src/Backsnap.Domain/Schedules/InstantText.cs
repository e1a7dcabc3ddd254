using LanguageExt;
using NodaTime;
using NodaTime.Text;
using static LanguageExt.Prelude;

namespace Backsnap.Domain.Schedules;

/// <summary>Instants as RFC 3339 writes them, with <c>Z</c> or an offset, to the second or finer.</summary>
internal static class InstantText
{
    /// <summary>Reads an instant. A time without an offset is refused: which instant it is depends on a zone, and in autumn on luck.</summary>
    public static Either<ScheduleError, Instant> Parse(string field, string text) =>
        OffsetDateTimePattern.Rfc3339.Parse(text.Trim().ToUpperInvariant()).TryGetValue(default, out var value) && IsSupported(value)
            ? Right<ScheduleError, Instant>(value.ToInstant())
            : Left<ScheduleError, Instant>(new ScheduleError(
                field, text, "is not an instant",
                "write a time in years 1 to 9999 with its offset (RFC 3339), as in 2026-11-22T02:30:00Z or 2026-11-22T03:30:00+01:00"));

    /// <summary>In UTC: <c>2026-11-22T02:30:00Z</c>.</summary>
    public static string Print(Instant instant) => InstantPattern.ExtendedIso.Format(instant);

    // The offset may carry a local time of the last supported day beyond the last instant there is.
    private static bool IsSupported(OffsetDateTime value) => value.Year is >= 2 and <= 9998 || value.Offset == Offset.Zero && value.Year is >= 1 and <= 9999;
}
