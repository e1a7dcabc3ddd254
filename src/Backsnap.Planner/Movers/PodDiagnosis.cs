using Backsnap.Domain.Claims;
using Backsnap.Domain.Movers;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Movers;

/// <summary>Why a mover's pod does not start, in the words of whoever knows best.</summary>
internal static class PodDiagnosis
{
    // How the scheduler speaks of a claim that has no volume; it does not say which claim.
    private static readonly Seq<string> OfUnboundClaims = Seq("unbound immediate PersistentVolumeClaims", "binding volumes");

    /// <summary>What the first of the pods says that says anything. An Event of its volumes goes before words that every pod says on its way.</summary>
    public static Option<string> Of(Seq<MoverPod> pods, Survey survey) => pods.Choose(pod => pod.State switch
    {
        PodState.Waiting { Diagnosis.IsSome: true, SaysLittle: false } waiting => waiting.Diagnosis,
        PodState.Waiting waiting => survey.Cluster.PodTroubles.Find(pod.Id.Uid) || waiting.Diagnosis,
        PodState.Running or PodState.Ended => Option<string>.None,
    }).HeadOrNone();

    /// <summary>Where the scheduler says that claims are not bound: which of the mover's.</summary>
    public static string WithClaims(string said, MoverJob job, Survey survey)
    {
        var pending = OfUnboundClaims.Exists(words => said.Contains(words, StringComparison.OrdinalIgnoreCase))
            ? job.Id.Controller.ToSeq().Bind(owner => survey.Cluster.Claims.Filter(
                claim => claim.Phase is ClaimPhase.Pending && (claim.Restoring.Exists(uid => uid == owner.Uid) || claim.Id.Controller.Exists(controller => controller.Uid == owner.Uid))))
            : Seq<Claim>();
        return pending.IsEmpty ? said : $"{said}; not bound: claim {string.Join(", ", pending.Map(claim => claim.Ref.ToString()))}";
    }
}
