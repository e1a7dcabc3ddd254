namespace Backsnap.Domain.Schedules;

/// <summary>
/// How day of month and day of week are joined when both are restricted. A field is <em>unrestricted</em> when it begins with <c>*</c> or
/// <c>?</c> (so <c>*/2</c> is unrestricted as well); an unrestricted field always has to match beside the other.
/// </summary>
/// <remarks>Kubernetes CronJob differs in one point: it counts <c>*/2</c> as restricted. With the other field <c>*</c> there is no difference.</remarks>
public enum DayRule
{
    /// <summary>As crontab(5): a day that matches <em>either</em> restricted field will do. <c>0 0 13 * FRI</c> is every 13th and every Friday.</summary>
    EitherWhenBothRestricted,

    /// <summary>As Quartz and systemd: the day must match <em>both</em> fields. <c>0 0 13 * FRI</c> is Friday the 13th.</summary>
    Both,
}
