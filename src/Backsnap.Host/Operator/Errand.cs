using Backsnap.Domain.Cluster;
using Backsnap.Domain.Objects;
using Backsnap.Planner;
using LanguageExt;

namespace Backsnap.Host.Operator;

/// <summary>
/// The actions of a plan that are for one PVCBackup or PVCRestore. They are carried out in order, up to the first that fails;
/// errands for different objects run side by side.
/// </summary>
internal sealed record Errand(string Key, Seq<PlannedAction> Actions)
{
    /// <summary>Sorts a plan's actions into errands, in the plan's order.</summary>
    public static Seq<Errand> Of(Plan plan) =>
        plan.Actions.GroupBy(KeyOf).Select(group => new Errand(group.Key, group.ToSeq().Strict())).ToSeq().Strict();

    private static string KeyOf(PlannedAction action) => action switch
    {
        PlannedAction.Create create => Owner(create.Object),
        PlannedAction.CreateCredentials create => Owner(create.Object),
        PlannedAction.DeleteCredentials delete => Trouble.KeyOf(delete.For.Kind, delete.For.Id.Namespace, delete.For.Id.Name),
        PlannedAction.SetStatus set => Trouble.KeyOf(set.Kind, set.Of.Namespace, set.Of.Name),
        PlannedAction.RemoveAnnotation remove => Trouble.KeyOf(remove.Kind, remove.Of.Namespace, remove.Of.Name),
        PlannedAction.ChangeVolume { Change: VolumeChange.Keep keep } => Trouble.KeyOf(keep.For.Kind, keep.For.Id.Namespace, keep.For.Id.Name),
        PlannedAction.ChangeVolume change => change.Of.Controller
            .Map(owner => $"{owner.Kind} {change.Of.ForNamespace}/{owner.Name}")
            .IfNone(Trouble.KeyOf(ObjectKind.Volume, change.Of.Namespace, change.Of.Name)),
        PlannedAction.Delete delete => delete.Of.Controller
            .Map(owner => $"{owner.Kind} {delete.Of.ForNamespace}/{owner.Name}")
            .IfNone(Trouble.KeyOf(delete.Kind, delete.Of.Namespace, delete.Of.Name)),
    };

    private static string Owner(Manifest manifest) => manifest.For.Match(
        made => Trouble.KeyOf(made.Kind, made.Id.Namespace, made.Id.Name),
        () => Trouble.KeyOf(manifest.Kind, manifest.Namespace, manifest.Name));
}
