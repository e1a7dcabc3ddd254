using Backsnap.Domain.Claims;
using Backsnap.Domain.Objects;
using LanguageExt;

namespace Backsnap.Planner;

/// <summary>A whole object to be created: nothing is filled in later but what a Secret holds.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Namespace">Where it is created.</param>
/// <param name="Name">Its name.</param>
/// <param name="Body">All of it.</param>
/// <param name="For">The PVCBackup or PVCRestore that it is made for; None where it is one itself.</param>
public sealed record Manifest(ObjectKind Kind, NamespaceName Namespace, string Name, Node Body, Option<Beneficiary> For)
{
    /// <summary>Whether it is made elsewhere than beside the object that it is made for: in the movers' namespace, or for the whole cluster.</summary>
    public bool IsElsewhere => For.Exists(made => made.Id.Namespace != Namespace);
}

/// <summary>The object for whose sake another is written: of the same namespace, unless movers have their own.</summary>
public sealed record Beneficiary(ObjectKind Kind, Identity Id);

/// <summary>What is told to people as an Event on the object.</summary>
public sealed record Announcement(bool IsWarning, string Reason, string Message)
{
    /// <summary>The same turn as it is told on the claim: whoever looks after a claim looks there, and not at each PVCBackup of it.</summary>
    public Option<ClaimNews> OnClaim { get; init; }
}

/// <summary>What is told as an Event on a claim, if it is there by then.</summary>
/// <param name="Claim">The claim that is backed up, or into which is restored.</param>
/// <param name="Reason">A stable CamelCase word.</param>
/// <param name="Message">A sentence for a person, with the name of the PVCBackup or PVCRestore.</param>
public sealed record ClaimNews(ClaimRef Claim, string Reason, string Message);

/// <summary>
/// One write to the Kubernetes API. It carries everything that the executor needs and a reason for people; preconditions make
/// it fail, not do harm, where the world has moved on since the plan was made.
/// </summary>
public abstract record PlannedAction
{
    private PlannedAction(string reason) => Reason = reason;

    /// <summary>Why, in words.</summary>
    public string Reason { get; }

    /// <summary>Creates an object. That it exists already is no failure: its name says what it is for, and the next plan looks at whose it is.</summary>
    public sealed record Create(Manifest Object, string Why) : PlannedAction(Why);

    /// <summary>
    /// Creates a Secret with a copy of the repository's credentials. The values are not part of the plan: the executor puts in the
    /// ones that it was given at start, exactly those named in <paramref name="Keys"/>. That it exists already is as good: nobody else can have
    /// known its name (<see cref="ChildName.OfCredentials"/>), and whether it is there was never looked at.
    /// </summary>
    public sealed record CreateCredentials(Manifest Object, Seq<string> Keys, string Why) : PlannedAction(Why)
    {
        /// <summary>For whom the password in it is derived from the operator's (<c>NAMESPACE</c> or <c>NAMESPACE/CLAIM</c>); None for the operator's itself.</summary>
        public Option<string> PasswordOf { get; init; }
    }

    /// <summary>
    /// Deletes a copy of the repository's credentials by its name, which is proof enough that it is one. That it is not there is as good: nobody
    /// looks into a tenant's Secrets.
    /// </summary>
    public sealed record DeleteCredentials(NamespaceName Namespace, string Name, Beneficiary For, string Why) : PlannedAction(Why);

    /// <summary>Writes the whole status of an object, provided that it is still the one that was seen (uid and resourceVersion).</summary>
    public sealed record SetStatus(ObjectKind Kind, Identity Of, Node Status, Option<Announcement> Announce, string Why) : PlannedAction(Why);

    /// <summary>Removes one annotation of an object, provided that it is still the one that was seen (uid and resourceVersion).</summary>
    public sealed record RemoveAnnotation(ObjectKind Kind, Identity Of, string Annotation, string Why) : PlannedAction(Why);

    /// <summary>Takes one step of handing a volume over, provided that the volume is still as it was seen (uid and resourceVersion).</summary>
    public sealed record ChangeVolume(Identity Of, VolumeChange Change, string Why) : PlannedAction(Why);

    /// <summary>Deletes an object by uid, dependants in the background; with <paramref name="Unchanged"/> only if nobody has changed it since it was seen.</summary>
    public sealed record Delete(ObjectKind Kind, Identity Of, bool Unchanged, string Why) : PlannedAction(Why)
    {
        /// <summary>
        /// Whether what comes next depends on its being gone, and not only on its way: where finalizers hold it, it is looked at again instead of being
        /// taken for gone.
        /// </summary>
        public bool Awaited { get; init; }
    }

    /// <summary>The object that is written, as kind, namespace and name.</summary>
    public (ObjectKind Kind, NamespaceName Namespace, string Name) Target => this switch
    {
        Create create => (create.Object.Kind, create.Object.Namespace, create.Object.Name),
        CreateCredentials create => (create.Object.Kind, create.Object.Namespace, create.Object.Name),
        DeleteCredentials delete => (ObjectKind.Secret, delete.Namespace, delete.Name),
        SetStatus set => (set.Kind, set.Of.Namespace, set.Of.Name),
        RemoveAnnotation remove => (remove.Kind, remove.Of.Namespace, remove.Of.Name),
        ChangeVolume change => (ObjectKind.Volume, change.Of.Namespace, change.Of.Name),
        Delete delete => (delete.Kind, delete.Of.Namespace, delete.Of.Name),
    };

    /// <summary>The action's verb, for people.</summary>
    public string Verb => this switch
    {
        Create or CreateCredentials => "create",
        SetStatus => "status",
        RemoveAnnotation => "annotate",
        ChangeVolume => "change",
        Delete or DeleteCredentials => "delete",
    };
}
