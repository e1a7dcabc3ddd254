using Backsnap.Domain.Claims;
using Backsnap.Domain.Objects;
using Backsnap.Domain.Restores;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Restores;

/// <summary>Who may restore whose data: a namespace its own, and another's with that namespace's consent or the operator's.</summary>
internal static class Permission
{
    /// <summary>
    /// Why the restore is not allowed; None where it is. A namespace that is gone consents to nothing. It is asked when the restore is accepted and again
    /// before each of its movers is made; one that runs already is not stopped by a consent that is withdrawn.
    /// </summary>
    public static Option<string> Refusal(Restore restore, Survey survey, Settings settings) =>
        restore.Source.Namespace == restore.Id.Namespace
        || settings.AllowCrossNamespaceRestore
        || survey.Namespace(restore.Source.Namespace).Bind(source => source.AllowRestoreTo).Exists(allowed => Names(allowed, restore.Id.Namespace))
            ? None
            : Some(survey.Namespace(restore.Source.Namespace).IsNone
                ? $"namespace {restore.Id.Namespace} may not restore data of namespace {restore.Source.Namespace}, which does not exist, so that nobody can consent: make it again and annotate it with {Marks.AllowRestoreTo}={restore.Id.Namespace}, or run the operator with --allow-cross-namespace-restore"
                : $"namespace {restore.Id.Namespace} may not restore data of namespace {restore.Source.Namespace}: annotate namespace {restore.Source.Namespace} with {Marks.AllowRestoreTo}={restore.Id.Namespace}, or run the operator with --allow-cross-namespace-restore");

    private static bool Names(string allowed, NamespaceName asker) =>
        allowed.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Any(name => name == "*" || name == asker.Value);
}
