using Backsnap.Domain.Claims;
using Backsnap.Domain.Objects;
using Backsnap.Host.Observation;
using Backsnap.Kubernetes;
using Backsnap.Planner;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Backsnap.Host.Operator;

/// <summary>What became of one action.</summary>
internal abstract record Outcome
{
    private Outcome() { }

    /// <summary>Done, or found done already; <paramref name="Learn"/> tells the cache what the server answered.</summary>
    public sealed record Done(Action<ClusterCache> Learn) : Outcome;

    /// <summary>
    /// The world had moved on; <paramref name="Learn"/> tells the cache what is known now, and says whether that is news: where it is, the next plan
    /// decides anew.
    /// </summary>
    public sealed record Overtaken(Func<ClusterCache, bool> Learn, string Why) : Outcome;

    /// <summary>
    /// What was to be made is there already and is ours, so that what was to follow can follow; otherwise as <see cref="Overtaken"/>. A namesake
    /// that is not ours is none of this: what was to follow would use it.
    /// </summary>
    public sealed record Met(Func<ClusterCache, bool> Learn, string Why) : Outcome;

    /// <summary>Refused or failed.</summary>
    public sealed record Failed(string Why) : Outcome
    {
        /// <summary>Whether an object could not be made for want of a right.</summary>
        public bool Forbidden { get; init; }

        /// <summary>Whether it may have been done all the same.</summary>
        public bool Uncertain { get; init; }

        /// <summary>What the server's error says of a write.</summary>
        public static Failed Of(ApiError error) => new(error.Explain())
        {
            Uncertain = error.Kind is ApiErrorKind.Unavailable or ApiErrorKind.Unreachable or ApiErrorKind.Timeout or ApiErrorKind.Unexpected or ApiErrorKind.Other,
        };
    }
}

/// <summary>
/// Carries planned actions out. It decides nothing: each action says all there is to say, and where the API server refuses a
/// precondition the answer is read and left to the next plan.
/// </summary>
internal sealed class Executor(IKubernetesApi api, Credentials credentials, Option<NamespaceName> movers = default)
{
    /// <summary>Carries one action out.</summary>
    public Task<Outcome> Run(PlannedAction action, CancellationToken cancel) => action switch
    {
        PlannedAction.Create create => Create(create.Object, ManifestJson.Bytes(create.Object.Body), cancel),
        PlannedAction.CreateCredentials create => CreateCredentials(create, cancel),
        PlannedAction.DeleteCredentials delete => DeleteCredentials(delete, cancel),
        PlannedAction.SetStatus set => SetStatus(set, cancel),
        PlannedAction.RemoveAnnotation remove => RemoveAnnotation(remove, cancel),
        PlannedAction.ChangeVolume change => ChangeVolume(change, cancel),
        PlannedAction.Delete delete => Delete(delete, cancel),
    };

    private Task<Outcome> Create(Manifest manifest, ReadOnlyMemory<byte> body, CancellationToken cancel) =>
        On(manifest.Kind, new CreateVisitor(api, manifest, movers, body, cancel));

    // Whose a Secret of that name is need not be looked at, and in a tenant's namespace there is no right to.
    private async Task<Outcome> CreateCredentials(PlannedAction.CreateCredentials create, CancellationToken cancel) =>
        await api.CreateAsync(
            Resources.Secrets, create.Object.Namespace.Value, ManifestJson.Bytes(credentials.Fill(create.Object.Body, create.Keys, create.PasswordOf)), cancel) switch
        {
            ApiResult<Secret>.Ok made => new Outcome.Done(cache => cache.Secrets.Put(made.Value)),
            ApiResult<Secret>.Failed { Error.Kind: ApiErrorKind.AlreadyExists } => new Outcome.Met(_ => true, "it exists already"),
            ApiResult<Secret>.Failed failed => Outcome.Failed.Of(failed.Error) with { Forbidden = failed.Error.Kind == ApiErrorKind.Forbidden },
        };

    private async Task<Outcome> DeleteCredentials(PlannedAction.DeleteCredentials delete, CancellationToken cancel) =>
        await api.DeleteAsync(Resources.Secrets, delete.Namespace.Value, delete.Name, new DeleteOptions { Propagation = Propagation.Background }, cancel) switch
        {
            ApiResult<DeleteOutcome>.Ok => new Outcome.Done(cache => cache.Secrets.Forget(delete.Namespace.Value, delete.Name)),
            ApiResult<DeleteOutcome>.Failed { Error.Kind: ApiErrorKind.NotFound } => new Outcome.Met(
                cache =>
                {
                    cache.Secrets.Forget(delete.Namespace.Value, delete.Name);
                    return true;
                },
                "it is not there"),
            ApiResult<DeleteOutcome>.Failed failed => Outcome.Failed.Of(failed.Error),
        };

    private Task<Outcome> SetStatus(PlannedAction.SetStatus set, CancellationToken cancel) =>
        On(set.Kind, new PatchVisitor(api, set.Of, ManifestJson.Bytes(Node.Object(Node.Set("metadata", Precondition(set.Of)), Node.Set("status", set.Status))), "status", cancel));

    private Task<Outcome> RemoveAnnotation(PlannedAction.RemoveAnnotation remove, CancellationToken cancel) =>
        On(remove.Kind, new PatchVisitor(api, remove.Of, ManifestJson.Bytes(Node.Object(Node.Set("metadata", Node.Object(
            Node.Set("uid", remove.Of.Uid.Value), Node.Set("resourceVersion", remove.Of.Version),
            Node.Set("annotations", Node.Object(Node.Set(remove.Annotation, new Node.Nothing()))))))), null, cancel));

    private Task<Outcome> ChangeVolume(PlannedAction.ChangeVolume change, CancellationToken cancel) =>
        On(ObjectKind.Volume, new PatchVisitor(api, change.Of, ManifestJson.Bytes(With(change.Change.Patch, change.Of)), null, cancel));

    private Task<Outcome> Delete(PlannedAction.Delete delete, CancellationToken cancel) => On(delete.Kind, new DeleteVisitor(api, delete, cancel));

    // A merge patch that names a uid and a resourceVersion is refused with 409 where the object is another or has changed.
    private static Node Precondition(Identity of) => Node.Object(Node.Set("uid", of.Uid.Value), Node.Set("resourceVersion", of.Version));

    // The precondition beside whatever else the patch says of the metadata.
    private static Node With(Node patch, Identity of) => patch is Node.Fields fields
        ? new Node.Fields(Seq1(new Node.Field("metadata", new Node.Fields(Fields(Precondition(of)).Then(fields.Find("metadata").Map(Fields).IfNone(Seq<Node.Field>())))))
            .Then(fields.Values.Filter(field => field.Name != "metadata")))
        : patch;

    private static Seq<Node.Field> Fields(Node node) => node is Node.Fields fields ? fields.Values : Seq<Node.Field>();

    private static Task<Outcome> On(ObjectKind kind, IVisitor visitor) =>
        kind == ObjectKind.PvcBackup ? visitor.Visit(Resources.PvcBackups, cache => cache.Backups)
        : kind == ObjectKind.PvcRestore ? visitor.Visit(Resources.PvcRestores, cache => cache.Restores)
        : kind == ObjectKind.PvcMaintenance ? visitor.Visit(Resources.PvcMaintenances, cache => cache.Maintenances)
        : kind == ObjectKind.VolumeSnapshot ? visitor.Visit(Resources.VolumeSnapshots, cache => cache.Snapshots)
        : kind == ObjectKind.SnapshotContent ? visitor.Visit(Resources.VolumeSnapshotContents, cache => cache.SnapshotContents)
        : kind == ObjectKind.Volume ? visitor.Visit(Resources.PersistentVolumes, cache => cache.Volumes)
        : kind == ObjectKind.Claim ? visitor.Visit(Resources.PersistentVolumeClaims, cache => cache.Claims)
        : kind == ObjectKind.Job ? visitor.Visit(Resources.Jobs, cache => cache.Jobs)
        : visitor.Visit(Resources.Secrets, cache => cache.Secrets);

    private static string? Place(KubeResource resource, NamespaceName ns) => resource.Namespaced ? ns.Value : null;

    /// <summary>A write, for whichever kind it is about.</summary>
    private interface IVisitor
    {
        /// <summary>Writes, and says what is to be learnt from the answer.</summary>
        Task<Outcome> Visit<TSource, TRead>(KubeResource<TSource> resource, Func<ClusterCache, ObjectTable<TSource, TRead>> table)
            where TSource : class, IKubernetesObject
            where TRead : notnull;
    }

    private sealed record CreateVisitor(IKubernetesApi Api, Manifest Manifest, Option<NamespaceName> Movers, ReadOnlyMemory<byte> Body, CancellationToken Cancel) : IVisitor
    {
        public async Task<Outcome> Visit<TSource, TRead>(KubeResource<TSource> resource, Func<ClusterCache, ObjectTable<TSource, TRead>> table)
            where TSource : class, IKubernetesObject
            where TRead : notnull
        {
            var answer = await Api.CreateAsync(resource, Place(resource, Manifest.Namespace), Body, Cancel);
            return answer switch
            {
                ApiResult<TSource>.Ok made => new Outcome.Done(cache => table(cache).Put(made.Value)),
                ApiResult<TSource>.Failed { Error.Kind: ApiErrorKind.AlreadyExists } => await Meet(resource, table),
                ApiResult<TSource>.Failed failed => Outcome.Failed.Of(failed.Error) with { Forbidden = failed.Error.Kind == ApiErrorKind.Forbidden },
            };
        }

        // Made earlier, by us or by another operator; whose it is must be looked at, or the next plan would try again at once.
        private async Task<Outcome> Meet<TSource, TRead>(KubeResource<TSource> resource, Func<ClusterCache, ObjectTable<TSource, TRead>> table)
            where TSource : class, IKubernetesObject
            where TRead : notnull
        {
            var answer = await Api.GetAsync(resource, Place(resource, Manifest.Namespace), Manifest.Name, Cancel);
            return answer switch
            {
                ApiResult<TSource>.Ok found when IsOurs(found.Value.Metadata) => new Outcome.Met(cache => table(cache).Put(found.Value), "it exists already"),
                ApiResult<TSource>.Ok found when IsSeenWhoeversItIs => new Outcome.Overtaken(cache => table(cache).Put(found.Value), "its name is taken"),
                ApiResult<TSource>.Ok => new Outcome.Failed(
                    $"{Manifest.Kind} {Manifest.Namespace}/{Manifest.Name} exists and is not Backsnap's; it is left as it is: delete or rename it"),
                ApiResult<TSource>.Failed failed => Outcome.Failed.Of(failed.Error),
            };
        }

        // A claim that a restore fills has no owner; it bears the restore's mark.
        private bool IsOurs(ObjectMeta meta) => Manifest.For.Exists(made =>
            Reading.Identity(meta, Movers).IsChildOf(made.Id.Uid) || (Manifest.Kind == ObjectKind.Claim && !Manifest.IsElsewhere && Reading.Annotation(meta, Marks.Restoring).Contains(made.Id.Uid.Value)));

        // Of these kinds the planner sees all, and says itself what is to become of a name that is taken.
        private bool IsSeenWhoeversItIs => Manifest.Kind == ObjectKind.Claim || Manifest.Kind == ObjectKind.PvcBackup || Manifest.Kind == ObjectKind.PvcMaintenance;
    }

    private sealed record PatchVisitor(IKubernetesApi Api, Identity Of, ReadOnlyMemory<byte> Body, string? Subresource, CancellationToken Cancel) : IVisitor
    {
        public async Task<Outcome> Visit<TSource, TRead>(KubeResource<TSource> resource, Func<ClusterCache, ObjectTable<TSource, TRead>> table)
            where TSource : class, IKubernetesObject
            where TRead : notnull
        {
            var answer = await Api.PatchAsync(resource, Place(resource, Of.Namespace), Of.Name, new PatchKind.MergePatch(), Body, Subresource, Cancel);
            return answer switch
            {
                ApiResult<TSource>.Ok changed => new Outcome.Done(cache => table(cache).Put(changed.Value)),
                ApiResult<TSource>.Failed { Error.Kind: ApiErrorKind.NotFound } => new Outcome.Overtaken(
                    cache => table(cache).Forget(Of.Namespace.Value, Of.Name, Of.Uid.Value), "it is gone"),
                ApiResult<TSource>.Failed { Error.Kind: ApiErrorKind.Conflict } => await Reread(resource, table),
                ApiResult<TSource>.Failed failed => Outcome.Failed.Of(failed.Error),
            };
        }

        private async Task<Outcome> Reread<TSource, TRead>(KubeResource<TSource> resource, Func<ClusterCache, ObjectTable<TSource, TRead>> table)
            where TSource : class, IKubernetesObject
            where TRead : notnull
        {
            var answer = await Api.GetAsync(resource, Place(resource, Of.Namespace), Of.Name, Cancel);
            return answer switch
            {
                ApiResult<TSource>.Ok found => new Outcome.Overtaken(cache => table(cache).Put(found.Value), "it had changed meanwhile"),
                ApiResult<TSource>.Failed { Error.Kind: ApiErrorKind.NotFound } => new Outcome.Overtaken(
                    cache => table(cache).Forget(Of.Namespace.Value, Of.Name, Of.Uid.Value), "it is gone"),
                ApiResult<TSource>.Failed failed => Outcome.Failed.Of(failed.Error),
            };
        }
    }

    private sealed record DeleteVisitor(IKubernetesApi Api, PlannedAction.Delete Delete, CancellationToken Cancel) : IVisitor
    {
        public async Task<Outcome> Visit<TSource, TRead>(KubeResource<TSource> resource, Func<ClusterCache, ObjectTable<TSource, TRead>> table)
            where TSource : class, IKubernetesObject
            where TRead : notnull
        {
            var of = Delete.Of;
            var answer = await Api.DeleteAsync(
                resource, Place(resource, of.Namespace), of.Name,
                new DeleteOptions { Uid = of.Uid.Value, ResourceVersion = Delete.Unchanged ? of.Version : null, Propagation = Propagation.Background }, Cancel);
            return answer switch
            {
                ApiResult<DeleteOutcome>.Ok { Value: DeleteOutcome.Terminating } when Delete.Awaited => await LookAgain(resource, table),
                ApiResult<DeleteOutcome>.Ok => new Outcome.Done(cache => table(cache).Forget(of.Namespace.Value, of.Name, of.Uid.Value)),
                ApiResult<DeleteOutcome>.Failed { Error.Kind: ApiErrorKind.NotFound } => new Outcome.Done(cache => table(cache).Forget(of.Namespace.Value, of.Name, of.Uid.Value)),
                ApiResult<DeleteOutcome>.Failed { Error.Kind: ApiErrorKind.Conflict } conflict => await Reread(resource, table, conflict.Error),
                ApiResult<DeleteOutcome>.Failed failed => Outcome.Failed.Of(failed.Error),
            };
        }

        // It is on its way, and seen to be so: else the next plan would delete it again, at once.
        private async Task<Outcome> LookAgain<TSource, TRead>(KubeResource<TSource> resource, Func<ClusterCache, ObjectTable<TSource, TRead>> table)
            where TSource : class, IKubernetesObject
            where TRead : notnull
        {
            var of = Delete.Of;
            var answer = await Api.GetAsync(resource, Place(resource, of.Namespace), of.Name, Cancel);
            return answer switch
            {
                ApiResult<TSource>.Ok found when found.Value.Metadata.Uid == of.Uid.Value => new Outcome.Done(cache => table(cache).Put(found.Value)),
                ApiResult<TSource>.Ok or ApiResult<TSource>.Failed { Error.Kind: ApiErrorKind.NotFound } => new Outcome.Done(
                    cache => table(cache).Forget(of.Namespace.Value, of.Name, of.Uid.Value)),
                ApiResult<TSource>.Failed failed => Outcome.Failed.Of(failed.Error),
            };
        }

        private async Task<Outcome> Reread<TSource, TRead>(KubeResource<TSource> resource, Func<ClusterCache, ObjectTable<TSource, TRead>> table, ApiError conflict)
            where TSource : class, IKubernetesObject
            where TRead : notnull
        {
            var of = Delete.Of;
            var answer = await Api.GetAsync(resource, Place(resource, of.Namespace), of.Name, Cancel);
            return answer switch
            {
                ApiResult<TSource>.Ok found when found.Value.Metadata.Uid == of.Uid.Value => new Outcome.Overtaken(cache => table(cache).Put(found.Value), "it had changed meanwhile"),
                ApiResult<TSource>.Ok or ApiResult<TSource>.Failed { Error.Kind: ApiErrorKind.NotFound } => new Outcome.Overtaken(
                    cache => table(cache).Forget(of.Namespace.Value, of.Name, of.Uid.Value), "another object has its name now"),
                ApiResult<TSource>.Failed => new Outcome.Failed(conflict.Explain()),
            };
        }
    }
}
