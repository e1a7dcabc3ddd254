using Backsnap.Domain.Backups;
using Backsnap.Domain.Objects;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Checks;

/// <summary>The laws of the copies of credentials: what a plan says of one, when it goes, and that it goes.</summary>
internal static class CredentialLaws
{
    /// <summary>The laws that the making of a copy breaks.</summary>
    public static Seq<Violation> Creation(PlannedAction.CreateCredentials create, Settings settings) => Sequences.Join(
        NodePaths.Inner(create.Object.Body, "data").IsSome || NodePaths.Inner(create.Object.Body, "stringData").IsSome
            ? Break("a plan holds no credential", create.Object.Name)
            : Seq<Violation>(),
        settings.Mover.Passwords != Domain.Movers.PasswordScope.Master && create.PasswordOf.IsNone
            ? Break("where passwords are derived, none that opens all leaves the operator", create.Object.Name)
            : Seq<Violation>(),
        create.Object.For.Exists(made => create.Object.IsElsewhere || IsName(create.Object.Name, made))
            ? Seq<Violation>()
            : Break("a copy of credentials has a name that nobody can guess", create.Object.Name));

    /// <summary>The laws that the deletion of a copy by its name breaks.</summary>
    public static Seq<Violation> Deletion(PlannedAction.DeleteCredentials delete, Evidence seen) => Sequences.Join(
        IsName(delete.Name, delete.For) && delete.Namespace == delete.For.Id.Namespace
            ? Seq<Violation>()
            : Break("by its name only a copy of credentials is deleted", $"{delete.Namespace}/{delete.Name}"),
        seen.MayRun(delete.For.Id.Uid) && !seen.IsFinished(delete.For.Id.Uid) && !seen.IsUnknown(delete.For.Id.Uid)
            ? Break("no mover loses the credentials that it may need", $"{delete.For.Kind} {delete.For.Id.Namespace}/{delete.For.Id.Name}")
            : Seq<Violation>());

    /// <summary>Whether something is declared to be over whose credentials nobody would take back.</summary>
    public static Seq<Violation> Withdrawn(Plan plan, Evidence seen, Settings settings)
    {
        var withdrawn = plan.Actions.Bind(action => action is PlannedAction.DeleteCredentials delete ? Seq1(delete.For.Id.Uid) : Seq<Uid>()).ToHashSet();
        return plan.Actions
            .Bind(action => action is PlannedAction.SetStatus set && Ends(set) && !settings.IsolatesMoversOf(set.Of.Namespace) && seen.HasMover(set.Of.Uid) && !seen.MayRun(set.Of.Uid)
                && !withdrawn.Contains(set.Of.Uid)
                ? Break("credentials go before what they were for is over", $"{set.Kind} {set.Of.Namespace}/{set.Of.Name}")
                : Seq<Violation>())
            .Strict();
    }

    private static bool Ends(PlannedAction.SetStatus set) => NodePaths.At(set.Status, "phase").Exists(phase => phase is nameof(Result.Succeeded) or nameof(Result.Failed));

    private static bool IsName(string name, Beneficiary of) => ChildName.IsOfCredentials(name, of.Id.Name, of.Id.Uid);

    private static Seq<Violation> Break(string law, string detail) => Seq1(new Violation(law, detail));
}
