using Backsnap.Domain.Claims;
using Backsnap.Domain.Objects;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Movers;

/// <summary>
/// Which repository a mover works on, and where its credentials come from. A namespace may have a Secret of its own for that: the mover's
/// pod, which runs there, refers to it, and the operator never reads it.
/// </summary>
internal abstract record RepositoryAccess
{
    private RepositoryAccess() { }

    /// <summary>The repository of <paramref name="Claim"/> below the operator's base; a copy of the operator's credentials is made beside the Job.</summary>
    public sealed record OfOperator(string Address, ClaimRef Claim) : RepositoryAccess;

    /// <summary>
    /// What the Secret of this name says: RESTIC_REPOSITORY, below which the claim's repository lies at <paramref name="Below"/>; where it says
    /// none, the operator's repository, opened with the Secret's password.
    /// </summary>
    public sealed record OfNamespace(string Secret, string Below, string Otherwise) : RepositoryAccess;

    /// <summary>The access for a claim's repository from a Job in the claim's own namespace; the claim itself may be gone.</summary>
    public static Either<string, RepositoryAccess> For(ClaimRef claim, Survey survey, Settings settings) =>
        Named(claim, survey).Match(
            name => settings.IsolatesMoversOf(claim.Namespace) ? Unreachable(name, claim.Namespace) : Own(name, claim, settings.Mover),
            () => Right<string, RepositoryAccess>(new OfOperator(settings.Mover.RepositoryOf(claim), claim)));

    /// <summary>
    /// The access for a restore. A Secret that the PVCRestore names goes first: it lies in its own namespace. A Secret in the source's
    /// namespace cannot be referred to from another.
    /// </summary>
    public static Either<string, RepositoryAccess> For(Domain.Restores.Restore restore, Survey survey, Settings settings) =>
        restore.RepositorySecret.Match(
            name => settings.IsolatesMoversOf(restore.Id.Namespace) ? Unreachable(name, restore.Id.Namespace) : Own(name, restore.Source, settings.Mover),
            () => restore.Source.Namespace == restore.Id.Namespace
                ? For(restore.Source, survey, settings)
                : Named(restore.Source, survey).Match(
                    name => Left<string, RepositoryAccess>(
                        $"the backups of claim {restore.Source} lie in a repository of their own, which Secret {restore.Source.Namespace}/{name} opens; "
                        + $"put a copy of that Secret into namespace {restore.Id.Namespace} and name it in annotation {Marks.RepositorySecret} of this PVCRestore"),
                    () => Right<string, RepositoryAccess>(new OfOperator(settings.Mover.RepositoryOf(restore.Source), restore.Source))));

    /// <summary>The arguments that name the repository.</summary>
    public Seq<string> Arguments => this switch
    {
        OfOperator operators => Seq("--repository", operators.Address),
        OfNamespace own => Seq("--repository", own.Otherwise, "--repository-below", own.Below),
    };

    // A pod refers to Secrets of its own namespace alone, and the operator reads none of a tenant's.
    private static Either<string, RepositoryAccess> Unreachable(string name, NamespaceName home) => Left<string, RepositoryAccess>(
        $"annotation {Marks.RepositorySecret} names Secret {home}/{name}, but movers run in a namespace of their own (--mover-namespace), where no Secret of another namespace can be used; "
        + "take the annotation away to use the operator's repository");

    // The word that is there counts, also where it names nothing: backups that were meant for elsewhere never end up here.
    private static Option<string> Named(ClaimRef claim, Survey survey) =>
        survey.Claim(claim).Bind(found => found.Marks.Find(Marks.RepositorySecret)) | survey.Namespace(claim.Namespace).Bind(home => home.Marks.Find(Marks.RepositorySecret));

    private static Either<string, RepositoryAccess> Own(string name, ClaimRef claim, MoverSettings settings) =>
        DnsName.IsSubdomain(name)
            ? Right<string, RepositoryAccess>(new OfNamespace(name, settings.PathOf(claim), settings.RepositoryOf(claim)))
            : Left<string, RepositoryAccess>($"annotation {Marks.RepositorySecret}: '{name}' is not the name of a Secret");
}
