using NodaTime;

namespace Backsnap.Domain.Schedules;

/// <summary>What an expression asks for, before a claim and a zone are known.</summary>
internal abstract record Recurrence
{
    private Recurrence() { }

    /// <summary>Local times that match six fields.</summary>
    public sealed record Calendar(CronFields Fields) : Recurrence;

    /// <summary><c>@every</c>: a fixed period of elapsed time, in whole seconds.</summary>
    public sealed record Every(Duration Period) : Recurrence;
}
