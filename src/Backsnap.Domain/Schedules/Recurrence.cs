using NodaTime;

namespace Backsnap.Domain.Schedules;

/// <summary>What an expression asks for, before a claim and a zone are known.</summary>
internal abstract record Recurrence
{
    private Recurrence() { }

    /// <summary>Local times that match six fields.</summary>
    public sealed record Calendar(CronFields Fields) : Recurrence
    {
        // Found once, because one schedule serves many thousand claims.
        private readonly LocalCalendar local = Fields.ToCalendar();

        /// <summary>Whether some value is for the claim to choose.</summary>
        public bool DependsOnClaim { get; } = Fields.DependsOnClaim;

        /// <summary>The instants in a zone, when <paramref name="choose"/> picks each value that is for the claim to choose.</summary>
        public Occurrences.Wall In(DateTimeZone zone, Func<CronField, int, int> choose) =>
            DependsOnClaim && Fields.Choose(choose) is var chosen
                ? new(chosen, new ZoneClock(chosen.ToCalendar(), zone, FollowsElapsedTime))
                : new(Fields, new ZoneClock(local, zone, FollowsElapsedTime));

        private bool FollowsElapsedTime { get; } = Fields.FollowsElapsedTime;
    }

    /// <summary><c>@every</c>: a fixed period of elapsed time, in whole seconds.</summary>
    public sealed record Every(Duration Period) : Recurrence;
}
