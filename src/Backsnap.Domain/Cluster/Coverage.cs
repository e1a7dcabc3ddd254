using Backsnap.Domain.Claims;
using Backsnap.Domain.Schedules;
using LanguageExt;
using NodaTime;

namespace Backsnap.Domain.Cluster;

/// <summary>On whose word a schedule is in force.</summary>
public enum ScheduleSource
{
    /// <summary>The annotation on the claim.</summary>
    Claim,

    /// <summary>The annotation on the claim's namespace.</summary>
    Namespace,

    /// <summary>The operator's <c>--schedule</c>.</summary>
    Default,
}

/// <summary>Why a claim is not backed up although nothing is wrong.</summary>
public enum Exclusion
{
    /// <summary>The schedule in force is the empty text: somebody opted out.</summary>
    EmptySchedule,

    /// <summary>The operator makes no backups of its own (<c>--manual</c>).</summary>
    ManualMode,

    /// <summary>The namespace is outside <c>--namespaces</c> or in <c>--exclude-namespaces</c>.</summary>
    NamespaceNotSelected,

    /// <summary>Backsnap made the claim itself, for a backup.</summary>
    Temporary,

    /// <summary>A restore fills it, or filled it only in part.</summary>
    BeingRestored,

    /// <summary>The claim or its namespace is being deleted.</summary>
    Deleting,

    /// <summary>It has no volume yet, or has lost it.</summary>
    NotBound,

    /// <summary>Its namespace was not seen yet, and may say that it shall not be backed up.</summary>
    NamespaceUnknown,
}

/// <summary>What becomes of one claim, and on whose word.</summary>
public abstract record Coverage
{
    private Coverage() { }

    /// <summary>Backed up; the next slot to be served is <paramref name="Next"/> (UTC).</summary>
    /// <param name="Expression">The schedule as it was written.</param>
    /// <param name="Source">Where it was written.</param>
    /// <param name="Timetable">Its instants for this claim.</param>
    /// <param name="Next">The next slot; it may be now.</param>
    /// <param name="LastSuccess">When the newest successful backup finished.</param>
    public sealed record Covered(string Expression, ScheduleSource Source, Timetable Timetable, Instant Next, Option<Instant> LastSuccess) : Coverage
    {
        /// <summary>The schedule in plain words. Found only when somebody reads it: a plan judges many thousand claims.</summary>
        public string Description => Timetable.Describe();
    }

    /// <summary>Not backed up, as somebody wished or as its state demands.</summary>
    public sealed record Excluded(Exclusion Reason, string Detail) : Coverage;

    /// <summary>Cannot be backed up here.</summary>
    public sealed record Unsupported(string Why) : Coverage;

    /// <summary>Not backed up because its schedule, or an annotation beside it, cannot be read. It does not fall back to another.</summary>
    /// <param name="Expression">The text as it was written.</param>
    /// <param name="Source">Where it was written.</param>
    /// <param name="Problem">What is wrong with it, and what would be right.</param>
    public sealed record Invalid(string Expression, ScheduleSource Source, string Problem) : Coverage
    {
        /// <summary>The subject where the schedule itself is wrong.</summary>
        public const string Schedule = "schedule";

        /// <summary>What cannot be read: the <see cref="Schedule"/>, or the name of an annotation.</summary>
        public string Subject { get; init; } = Schedule;
    }
}

/// <summary>The verdict for one claim.</summary>
public sealed record Verdict(ClaimRef Claim, Coverage Coverage);
