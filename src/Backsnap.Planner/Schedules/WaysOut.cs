using Backsnap.Domain.Claims;
using Backsnap.Domain.Cluster;
using Backsnap.Domain.Objects;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Schedules;

/// <summary>What somebody can do about a claim that is not backed up, in a sentence.</summary>
internal static class WaysOut
{
    /// <summary>None for a claim that is backed up.</summary>
    public static Option<string> Of(Coverage coverage, Claim claim) => coverage switch
    {
        Coverage.Covered => None,
        Coverage.Excluded excluded => Some(Of(excluded.Reason, claim)),
        Coverage.Unsupported => Some($"if it need not be backed up, opt it out: {Annotate(claim, "''")}"),
        Coverage.Invalid invalid when invalid.Subject != Coverage.Invalid.Schedule => Some($"mend the annotation {invalid.Subject} where it stands, or overrule it for this claim alone: {Annotate(claim, invalid.Subject, "VALUE")}"),
        Coverage.Invalid => Some($"try an expression with 'backsnap schedule EXPRESSION', then write it where this one stands; for this claim alone: {Annotate(claim, "'EXPRESSION'")}"),
    };

    private static string Of(Exclusion reason, Claim claim) => reason switch
    {
        Exclusion.EmptySchedule => $"give it a schedule: {Annotate(claim, "@daily")}",
        Exclusion.ManualMode => "create a PVCBackup for it, or run the operator without --manual",
        Exclusion.NamespaceNotSelected => $"run the operator with namespace {claim.Id.Namespace} in --namespaces and not in --exclude-namespaces",
        Exclusion.Temporary => "nothing is to be done: it is deleted when its backup is over",
        Exclusion.BeingRestored =>
            $"it is backed up again once its restore has succeeded; after a failed one delete the claim and restore again, or, if its content is good: kubectl annotate pvc -n {claim.Id.Namespace} {claim.Id.Name} {Marks.Restoring}-",
        Exclusion.Deleting => "nothing is to be done; its snapshots stay in the repository, and a PVCRestore brings them back",
        Exclusion.NotBound => claim.Phase switch
        {
            ClaimPhase.Lost => "its data is gone from the cluster: delete the claim and restore it with a PVCRestore",
            ClaimPhase.Pending or ClaimPhase.Bound => $"it is backed up as soon as it is bound, for which some storage classes wait until a pod uses it; see kubectl describe pvc -n {claim.Id.Namespace} {claim.Id.Name}",
        },
        Exclusion.NamespaceUnknown => "look again in a moment; if it stays so, the operator may lack the right to list namespaces",
    };

    private static string Annotate(Claim claim, string value) => Annotate(claim, Marks.Schedule, value);

    private static string Annotate(Claim claim, string mark, string value) => $"kubectl annotate --overwrite pvc -n {claim.Id.Namespace} {claim.Id.Name} {mark}={value}";
}
