using Backsnap.Domain.Claims;
using Backsnap.Domain.Cluster;
using Backsnap.Domain.Movers;
using Backsnap.Domain.Objects;
using Backsnap.Domain.Volumes;
using Backsnap.Kubernetes;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;
using Claim = Backsnap.Domain.Claims.Claim;
using Condition = Backsnap.Domain.Objects.Condition;
using StorageClass = Backsnap.Domain.Volumes.StorageClass;

namespace Backsnap.Host.Observation;

/// <summary>
/// Turns what the API server sends into the domain's records: the one place where fields that may be missing, empty or unknown
/// are given their meaning. Total: an object that makes no sense is read as far as it does.
/// </summary>
internal static class Reading
{
    /// <summary>Reads an object's identity.</summary>
    /// <param name="meta">Its metadata.</param>
    /// <param name="movers">The movers' own namespace: of what is there, and of what is in no namespace, an owner is believed that only an annotation states.</param>
    public static Identity Identity(ObjectMeta meta, Option<NamespaceName> movers = default) => new(
        Names.Get(meta.Namespace ?? "", NamespaceName.Trusted), meta.Name ?? "", new Uid(meta.Uid ?? ""), meta.ResourceVersion ?? "",
        Moment(meta.CreationTimestamp).IfNone(NodaConstants.UnixEpoch), meta.DeletionTimestamp is not null,
        (meta.OwnerReferences ?? []).Where(owner => owner.Controller == true).Select(owner => OwnerOf(owner)).ToSeq().HeadOrNone() | Stated(meta, movers),
        Map(meta.Labels));

    // Everywhere else whoever may write there could claim anything.
    private static Option<Owner> Stated(ObjectMeta meta, Option<NamespaceName> movers) =>
        movers.Exists(home => string.IsNullOrEmpty(meta.Namespace) || meta.Namespace == home.Value) && Map(meta.Labels).Find(Marks.ManagedBy) == Some(Marks.Backsnap)
            ? Annotation(meta, Marks.Owner).Bind(StatedOwner.Read)
            : None;

    private static Owner OwnerOf(OwnerReference owner) => new(owner.Kind ?? "", owner.Name ?? "", new Uid(owner.Uid ?? ""))
    {
        Group = owner.ApiVersion?.Split('/') is [var group, _] ? group : "",
    };

    /// <summary>Reads a claim.</summary>
    /// <param name="claim">The object.</param>
    /// <param name="movers">The movers' own namespace.</param>
    /// <param name="labels">The names of the labels to keep: all of them would be a burden for thousands of claims.</param>
    public static Claim Claim(PersistentVolumeClaim claim, Option<NamespaceName> movers = default, Seq<string> labels = default) => new(
        Identity(claim.Metadata, movers),
        claim.Status?.Phase switch { "Bound" => ClaimPhase.Bound, "Lost" => ClaimPhase.Lost, _ => ClaimPhase.Pending },
        claim.Spec?.VolumeMode == "Block" ? VolumeMode.Block : VolumeMode.Filesystem,
        Text(claim.Spec?.StorageClassName),
        Text(claim.Spec?.VolumeName),
        (claim.Spec?.AccessModes ?? []).ToSeq().Strict(),
        Size(claim.Spec?.Resources?.Requests),
        Size(claim.Status?.Capacity),
        Annotation(claim.Metadata, Marks.Schedule),
        Annotation(claim.Metadata, Marks.TimeZone),
        Annotation(claim.Metadata, Marks.Restoring).Map(uid => new Uid(uid)))
    {
        Marks = OwnAnnotations(claim.Metadata),
        Labels = labels.IsEmpty ? default : Map(claim.Metadata.Labels).Filter((name, _) => labels.Contains(name)),
    };

    /// <summary>Reads a namespace.</summary>
    public static NamespaceFacts Namespace(Namespace found) => new(
        NamespaceName.Trusted(found.Metadata.Name ?? ""), found.Metadata.DeletionTimestamp is not null || found.Status?.Phase == "Terminating",
        Annotation(found.Metadata, Marks.Schedule), Annotation(found.Metadata, Marks.TimeZone), Annotation(found.Metadata, Marks.AllowRestoreTo))
    {
        Marks = OwnAnnotations(found.Metadata),
    };

    /// <summary>Reads a volume.</summary>
    public static Volume Volume(PersistentVolume volume) => new(volume.Metadata.Name ?? "", Text(volume.Spec?.Csi?.Driver)) { Node = OnlyNode(volume.Spec?.NodeAffinity?.Required) };

    /// <summary>Reads a volume with all that handing it over needs.</summary>
    public static Volume WholeVolume(PersistentVolume volume, Option<NamespaceName> movers)
    {
        var spec = volume.Spec ?? new PersistentVolumeSpec();
        return Volume(volume) with
        {
            Facts = new VolumeFacts(
                VolumeIdentity(volume.Metadata, movers),
                volume.Status?.Phase switch { "Available" => VolumePhase.Available, "Bound" => VolumePhase.Bound, "Released" => VolumePhase.Released, _ => VolumePhase.Other },
                spec.ClaimRef.ToOpt().Map(held => new VolumeHolder(
                    new ClaimRef(NamespaceName.Trusted(held.Namespace ?? ""), held.Name ?? ""), Text(held.Uid).Map(uid => new Uid(uid)))),
                Text(spec.PersistentVolumeReclaimPolicy).IfNone("Retain"),
                Annotation(volume.Metadata, Marks.ReclaimPolicy),
                Text(spec.StorageClassName), Size(spec.Capacity), (spec.AccessModes ?? []).ToSeq().Strict(),
                spec.VolumeMode == "Block" ? VolumeMode.Block : VolumeMode.Filesystem,
                Secrets(spec.Csi)),
        };
    }

    // A volume was made by a provisioner, so it has not our label: that it is being handed over is said by the annotation alone.
    private static Identity VolumeIdentity(ObjectMeta meta, Option<NamespaceName> movers) => Identity(meta) with
    {
        Controller = movers.IsSome ? Annotation(meta, Marks.Owner).Bind(StatedOwner.Read) : None,
    };

    private static Seq<string> Secrets(CsiVolumeSource? csi) => csi is null
        ? Seq<string>()
        : new[] { csi.ControllerPublishSecretRef, csi.NodeStageSecretRef, csi.NodePublishSecretRef, csi.ControllerExpandSecretRef, csi.NodeExpandSecretRef }
            .Select(secret => secret?.Namespace).OfType<string>().Distinct(StringComparer.Ordinal).ToSeq().Strict();

    /// <summary>Reads a VolumeSnapshotContent.</summary>
    public static SnapshotContent SnapshotContent(VolumeSnapshotContent content, Option<NamespaceName> movers) => new(
        Identity(content.Metadata, movers), content.Spec?.Driver ?? "", Text(content.Spec?.VolumeSnapshotClassName),
        Text(content.Spec?.SourceVolumeMode).Map(mode => mode == "Block" ? VolumeMode.Block : VolumeMode.Filesystem),
        Text(content.Status?.SnapshotHandle), Text(content.Spec?.VolumeSnapshotRef?.Uid).Map(uid => new Uid(uid)));

    /// <summary>Reads a storage class.</summary>
    public static StorageClass StorageClass(Kubernetes.StorageClass found) => new(
        found.Metadata.Name ?? "", found.Provisioner ?? "", found.VolumeBindingMode == "WaitForFirstConsumer",
        Annotation(found.Metadata, "storageclass.kubernetes.io/is-default-class").Contains("true"))
    {
        SharesSnapshots = Annotation(found.Metadata, Marks.ReadOnlyMany).Contains("true"),
    };

    /// <summary>Reads a snapshot class.</summary>
    public static SnapshotClass SnapshotClass(VolumeSnapshotClass found) => new(
        found.Metadata.Name ?? "", found.Driver ?? "", Annotation(found.Metadata, "snapshot.storage.kubernetes.io/is-default-class").Contains("true"), found.DeletionPolicy == "Retain");

    /// <summary>Reads a snapshot. A restore size that is no quantity is as good as none.</summary>
    public static Snapshot Snapshot(VolumeSnapshot snapshot, Option<NamespaceName> movers = default) => new(
        Identity(snapshot.Metadata, movers), snapshot.Status?.ReadyToUse == true, Moment(snapshot.Status?.CreationTime),
        Text(snapshot.Status?.RestoreSize).Bind(text => Quantity.Parse(text).ToOption()), Text(snapshot.Status?.Error?.Message))
    {
        Content = Text(snapshot.Status?.BoundVolumeSnapshotContentName),
    };

    /// <summary>Reads a Job by its conditions; counters alone never make it final.</summary>
    public static MoverJob Job(Job job, Option<NamespaceName> movers = default)
    {
        Kubernetes.Condition? Find(string type) => (job.Status?.Conditions ?? []).FirstOrDefault(condition => condition.Type == type && condition.Status == "True");
        JobState state = (Find("Complete"), Find("Failed")) switch
        {
            ({ } complete, _) => new JobState.Complete(Moment(job.Status?.CompletionTime ?? complete.LastTransitionTime).IfNone(NodaConstants.UnixEpoch)),
            (_, { } failed) => new JobState.Failed(Moment(failed.LastTransitionTime).IfNone(NodaConstants.UnixEpoch), failed.Reason ?? "JobFailed", failed.Message ?? "the Job failed"),
            (null, null) => new JobState.Unfinished(),
        };
        return new MoverJob(Identity(job.Metadata, movers), state)
        {
            Secrets = Secrets(job),
            EndsBy = from start in Moment(job.Status?.StartTime) from seconds in job.Spec?.ActiveDeadlineSeconds.ToOpt() ?? None select start + Duration.FromSeconds(seconds),
        };
    }

    private static Seq<string> Secrets(Job job) =>
        (job.Spec?.Template?.Spec?.Containers ?? []).SelectMany(container => container.Env ?? [])
            .Select(variable => variable.ValueFrom?.SecretKeyRef?.Name).OfType<string>().Distinct(StringComparer.Ordinal).ToSeq().Strict();

    /// <summary>Reads a mover's pod.</summary>
    public static MoverPod Pod(Pod pod)
    {
        var container = (pod.Status?.ContainerStatuses ?? []).FirstOrDefault(status => status.Name == "mover");
        PodState state = container?.State switch
        {
            { Terminated: { } end } => new PodState.Ended(
                Moment(end.FinishedAt).IfNone(NodaConstants.UnixEpoch), end.ExitCode ?? -1, end.Reason ?? "Error", Text(end.Message).Bind(MoverReportJson.Read)),
            { Running: not null } => new PodState.Running(),
            { Waiting: { } waiting } => new PodState.Waiting(Text($"container {waiting.Reason}: {waiting.Message}".TrimEnd(' ', ':'))) { SaysLittle = waiting.Reason is "ContainerCreating" },
            _ when pod.Status?.Phase is "Failed" or "Succeeded" => new PodState.Ended(
                Moment(pod.Metadata.DeletionTimestamp ?? pod.Metadata.CreationTimestamp).IfNone(NodaConstants.UnixEpoch), -1, pod.Status.Reason ?? "PodFailed", None),
            _ => (pod.Status?.Conditions ?? [])
                .Where(condition => condition.Status == "False" && !string.IsNullOrEmpty(condition.Message)).ToSeq().HeadOrNone().Match(
                    condition => new PodState.Waiting($"{condition.Reason}: {condition.Message}") { SaysLittle = condition.Reason is "ContainersNotReady" },
                    () => new PodState.Waiting(None)),
        };
        return new MoverPod(Identity(pod.Metadata), state) { Node = Text(pod.Spec?.NodeName) };
    }

    /// <summary>Reads an Event at a pod: only what is kept of it.</summary>
    public static PodEvent PodEvent(Event seen) => new(
        new Uid(seen.InvolvedObject?.Uid ?? ""),
        Moment(seen.LastTimestamp ?? seen.EventTime ?? seen.FirstTimestamp ?? seen.Metadata.CreationTimestamp).IfNone(NodaConstants.UnixEpoch),
        $"{seen.Reason}: {seen.Message}".TrimEnd(' ', ':'));

    /// <summary>Reads conditions.</summary>
    public static Seq<Condition> Conditions(IReadOnlyList<Kubernetes.Condition>? conditions) =>
        (conditions ?? []).Select(condition => new Condition(
            condition.Type ?? "", condition.Status == "True", Moment(condition.LastTransitionTime).IfNone(NodaConstants.UnixEpoch), condition.Reason ?? "", condition.Message ?? ""))
        .ToSeq().Strict();

    /// <summary>An instant, where there is one.</summary>
    public static Option<Instant> Moment(DateTimeOffset? time) => time is { } moment ? Some(Instant.FromDateTimeOffset(moment)) : None;

    /// <summary>A text that is there and not empty.</summary>
    public static Option<string> Text(string? text) => string.IsNullOrEmpty(text) ? None : Some(text);

    /// <summary>An annotation; one that is there and empty says something too.</summary>
    public static Option<string> Annotation(ObjectMeta meta, string name) =>
        meta.Annotations is { } annotations && annotations.TryGetValue(name, out var value) ? Some(value) : None;

    /// <summary>A map of strings.</summary>
    public static HashMap<string, string> Map(IReadOnlyDictionary<string, string>? map) =>
        map is null or { Count: 0 } ? default : Maps.Get(string.Join('\0', map.Select(pair => $"{pair.Key}={pair.Value}")), _ => toHashMap(map.Select(pair => (pair.Key, pair.Value))));

    // What thousands of objects repeat: their namespaces, and the labels of whatever one chart or operator made.
    private static readonly Pool<NamespaceName> Names = new();
    private static readonly Pool<HashMap<string, string>> Maps = new();

    // One term is enough for a node to do, so all of them must name the same one; drivers of node-local storage have topology keys of their own.
    private static Option<string> OnlyNode(NodeSelector? required)
    {
        var nodes = (required?.NodeSelectorTerms ?? []).Select(term => (term.MatchExpressions ?? [])
            .Where(expression => expression is { Operator: "In", Values.Count: 1 } && IsHostKey(expression.Key ?? ""))
            .Select(expression => expression.Values?[0]).FirstOrDefault()).Distinct(StringComparer.Ordinal).ToList();
        return nodes is [{ Length: > 0 } only] ? Some(only) : None;
    }

    private static bool IsHostKey(string key) => key.EndsWith("/hostname", StringComparison.Ordinal) || key.EndsWith("/node", StringComparison.Ordinal);

    private static HashMap<string, string> OwnAnnotations(ObjectMeta meta) =>
        meta.Annotations is { Count: > 0 } annotations
            ? toHashMap(annotations.Where(pair => pair.Key.StartsWith(OwnPrefix, StringComparison.Ordinal)).Select(pair => (pair.Key, pair.Value)))
            : default;

    private const string OwnPrefix = ObjectKind.Group + "/";

    private static Option<Quantity> Size(IReadOnlyDictionary<string, string>? amounts) =>
        amounts is not null && amounts.TryGetValue("storage", out var text) ? Quantity.Parse(text).ToOption() : None;
}
