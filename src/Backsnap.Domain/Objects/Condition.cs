using LanguageExt;
using NodaTime;

namespace Backsnap.Domain.Objects;

/// <summary>A status condition: its type, whether it holds, since when, and why.</summary>
public sealed record Condition(string Type, bool Holds, Instant Since, string Reason, string Message);

/// <summary>
/// The conditions of a PVCBackup or PVCRestore, as kstatus reads them (<c>Reconciling</c>, <c>Stalled</c>, <c>Ready</c>), and
/// beside them <c>Complete</c> and <c>Failed</c> as a Job has them, so that <c>kubectl wait</c> works in either language.
/// </summary>
public static class Conditions
{
    /// <summary>
    /// The type of a condition that a finished PVCBackup has beside the others while retention is withheld, because the volume holds much less
    /// than it did. It says nothing of the backup, which is saved.
    /// </summary>
    public const string RetentionWithheld = "RetentionWithheld";

    /// <summary>
    /// The type of a condition that a PVCRestore has from the moment at which its data are written and verified, where the volume is handed over to
    /// its claim only then.
    /// </summary>
    public const string Filled = "Filled";

    /// <summary>The conditions of work that goes on.</summary>
    public static Seq<Condition> Progressing(Seq<Condition> before, Instant now, string reason, string message) =>
        All(before, now, reason, message, reconciling: true, ready: false, failed: false);

    /// <summary>The conditions of work that succeeded.</summary>
    public static Seq<Condition> Succeeded(Seq<Condition> before, Instant now, string reason, string message) =>
        All(before, now, reason, message, reconciling: false, ready: true, failed: false);

    /// <summary>The conditions of work that failed for good.</summary>
    public static Seq<Condition> Failed(Seq<Condition> before, Instant now, string reason, string message) =>
        All(before, now, reason, message, reconciling: false, ready: false, failed: true);

    private static Seq<Condition> All(Seq<Condition> before, Instant now, string reason, string message, bool reconciling, bool ready, bool failed) =>
        LanguageExt.Prelude.Seq(("Ready", ready), ("Reconciling", reconciling), ("Stalled", failed), ("Complete", ready), ("Failed", failed))
            .Map(state => new Condition(state.Item1, state.Item2, Since(before, state.Item1, state.Item2, now), reason, message))
            .Strict();

    // A transition time moves only when the condition turns; a new reason alone does not move it.
    private static Instant Since(Seq<Condition> before, string type, bool holds, Instant now) =>
        before.Find(condition => condition.Type == type && condition.Holds == holds).Map(condition => condition.Since).IfNone(now);
}
