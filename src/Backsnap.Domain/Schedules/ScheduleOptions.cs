namespace Backsnap.Domain.Schedules;

/// <summary>The choices that a reader of cron expressions has.</summary>
/// <param name="Days">How the two day fields are joined; crontab(5)'s OR unless told otherwise.</param>
public sealed record ScheduleOptions(DayRule Days = DayRule.EitherWhenBothRestricted)
{
    /// <summary>As crontab(5) and Kubernetes CronJob read them.</summary>
    public static ScheduleOptions Default { get; } = new();
}
