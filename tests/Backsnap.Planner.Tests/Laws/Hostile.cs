using Backsnap.Domain.Backups;
using Backsnap.Domain.Claims;
using Backsnap.Domain.Movers;
using Backsnap.Domain.Objects;
using Backsnap.Domain.Restores;
using Backsnap.Planner.Tests.Worlds;
using FsCheck;
using FsCheck.Fluent;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Tests.Laws;

/// <summary>
/// A tenant of the namespace "shop" who writes into their claims, PVCBackups and PVCRestores, and into their namespace's annotations, whatever might get them
/// more than is theirs; and a neighbour, "vault", who has consented to nothing.
/// </summary>
/// <param name="Wishes">The annotations of Backsnap's own prefix on the tenant's claim.</param>
/// <param name="HomeWishes">Those on their namespace.</param>
/// <param name="Where">What their PVCBackups and PVCRestores ask of pods.</param>
/// <param name="Claim">The claim that their PVCBackup names.</param>
/// <param name="Isolated">Whether movers have a namespace of their own.</param>
internal sealed record Hostile(
    HashMap<string, string> Wishes, HashMap<string, string> HomeWishes, Placement Where, string Claim, Restore Restore, VolumeMode Mode, bool Isolated)
{
    /// <summary>The tenant's namespace.</summary>
    public const string Tenant = "shop";

    /// <summary>The neighbour's.</summary>
    public const string Neighbour = "vault";

    /// <summary>The movers', where they have one.</summary>
    public const string Movers = "movers";

    private static readonly Seq<string> OwnMarks = Seq(
        Marks.Schedule, Marks.TimeZone, Marks.Exclude, Marks.ExcludeCaches, Marks.OneFileSystem, Marks.Retention, Marks.ShrinkThreshold, Marks.AcknowledgeShrink,
        Marks.SnapshotTags, Marks.RepositorySecret, Marks.SnapshotTimeout, Marks.PodStartTimeout, Marks.JobTimeout, Marks.NodeSelector, Marks.Tolerations, Marks.PriorityClass,
        Marks.Labels, Marks.Annotations, Marks.PruneSchedule, Marks.CheckSchedule, Marks.Owner, Marks.Restoring, Marks.ReclaimPolicy);

    private static readonly Gen<string> Barb = Gen.Elements(
        "--repository=s3:http://mine", "--password-command=id", "-r", "--", "-", "$(RESTIC_PASSWORD)", "$RESTIC_PASSWORD", "$$(AWS_ACCESS_KEY_ID)", "$", "`id`", "; id", "&& id", "| id",
        "\n", "\r\n", "\u0000", "\u001b[2J", "\u2028", "\"", "'", "\\", "/", "..", "../../vault/gold", "../vault/gold", "vault/gold", "{namespace}", "{claim}", "@/etc/passwd", "!", "*", ",", "=", ":",
        " ", "", "latest", "keep", "claim-size=1Ti", "claim-volume-mode=Block", "claim-class=fast", "backsnap-path=/etc", "last=1", "daily=7", "true", "0", "100", "1h", "@hourly", "* * * * *", "shop", "vault", "orders", "a.b", "💾", "\ud800",
        "{\"a\":\"b\"}", "[{\"operator\":\"Exists\"}]", "app.kubernetes.io/managed-by=me", "backsnap.skyb.it/operation=restore", "0123456789abcdef", new string('x', 300));

    private static readonly Gen<string> Text = Gen.OneOf(
        Barb,
        from first in Barb from second in Barb select first + second,
        from first in Barb from second in Barb from third in Barb select first + second + third,
        Gen.ArrayOf(Gen.Choose(0, 0xFFFF).Select(code => (char)code)).Select(letters => new string(letters)));

    private static readonly Gen<string> Key = Gen.OneOf(
        Gen.Elements(
            Marks.ManagedBy, Marks.Operation, Marks.Owner, Marks.Restoring, Marks.Slot, Marks.ClaimUid, Marks.Attempt, Marks.RepositorySecret, "job-name", "batch.kubernetes.io/job-name",
            "kubernetes.io/hostname", "sidecar.istio.io/inject", "container.apparmor.security.beta.kubernetes.io/mover", "cluster-autoscaler.kubernetes.io/safe-to-evict"),
        OwnMarks.ToElements(),
        Text);

    private static readonly Gen<HashMap<string, string>> Pairs =
        from pairs in (from key in Key from value in Text select (key, value)).ListOf()
        select toHashMap(pairs.Take(5).DistinctBy(pair => pair.key));

    private static readonly Gen<HashMap<string, string>> Own =
        from pairs in (from key in OwnMarks.ToElements() from value in Text select (key, value)).ListOf()
        select toHashMap(pairs.Take(6).DistinctBy(pair => pair.key));

    private static readonly Gen<Option<Node>> Tolerations =
        from given in Gen.Elements(true, false)
        from fields in (from key in Gen.OneOf(Gen.Elements("key", "operator", "value", "effect", "hostPath", "securityContext", "serviceAccountName"), Text) from value in Text select (key, value)).ListOf()
        select given ? Some(Node.List(new Node.Fields(fields.Take(4).Select(field => new Node.Field(field.key, field.value)).ToSeq().Strict()))) : Option<Node>.None;

    private static readonly Gen<Placement> Anywhere =
        from selector in Pairs
        from tolerations in Tolerations
        from priority in Text
        from labels in Pairs
        from annotations in Pairs
        select new Placement(selector, tolerations, priority.Length == 0 ? None : Some(priority), labels, annotations);

    // Where the definitions in the cluster are older than the rule that a PVCRestore's source stays, it may change while the restore is under way.
    private static readonly Gen<Restore> Restores =
        from ns in Gen.OneOf(Gen.Elements(Tenant, Neighbour), Text)
        from name in Gen.OneOf(Gen.Elements("orders", "gold"), Text)
        from target in Gen.OneOf(Gen.Elements("copy", "orders"), Text)
        from id in Gen.OneOf(Gen.Constant(""), Gen.Elements("0123abcd"), Text)
        from storageClass in Text
        from mode in Text
        from secret in Gen.OneOf(Gen.Constant(""), Gen.Constant("mine"), Text)
        from placement in Anywhere
        from phase in Gen.Elements<RestorePhase>(new RestorePhase.New(), new RestorePhase.New(), new RestorePhase.Resolving(Given.Night), new RestorePhase.Provisioning(Given.Night))
        from tags in Text.ListOf()
        select Given.Restore("back", name, target, Given.Night, Tenant) with
        {
            Source = new ClaimRef(Given.Ns(ns), name),
            SnapshotId = id.Length == 0 ? None : Some(id),
            Target = new TargetWish(target, Some(Quantity.Parse("20Gi").MapLeft(_ => "")), storageClass.Length == 0 ? None : Some(storageClass), mode.Length == 0 ? Seq<string>() : Seq1(mode)),
            RepositorySecret = secret.Length == 0 ? None : Some(secret),
            Placement = placement,
            Phase = phase,
            Pinned = phase is RestorePhase.Provisioning ? Some(new SavedSnapshot(new string('a', 64), Some(Given.Night), tags.Take(3).ToSeq().Strict())) : None,
        };

    /// <summary>Any such tenant.</summary>
    public static Gen<Hostile> Any { get; } =
        from wishes in Own
        from home in Own
        from placement in Anywhere
        from claim in Gen.Frequency((3, Gen.Constant("orders")), (1, Gen.Elements("gold", "../vault/gold")), (1, Text))
        from restore in Restores
        from mode in Gen.Elements(VolumeMode.Filesystem, VolumeMode.Block)
        from isolated in Gen.Elements(true, false)
        select new Hostile(wishes, home, placement, claim, restore, mode, isolated);

    /// <summary>A tenant who wishes nothing but a backup of their claim and its data back.</summary>
    public static Hostile Tame(VolumeMode mode, bool isolated, bool ownRepository, bool pinned) => new(
        default, default, Placement.Anywhere, "orders",
        Given.Restore("back", "orders", "copy", Given.Night, Tenant) with
        {
            Target = new TargetWish("copy", Some(Quantity.Parse("20Gi").MapLeft(_ => "")), None, Seq<string>()),
            RepositorySecret = ownRepository ? Some("mine") : None,
            Phase = pinned ? new RestorePhase.Provisioning(Given.Night) : new RestorePhase.New(),
            Pinned = pinned ? Some(new SavedSnapshot(new string('a', 64), Some(Given.Night), Seq1($"claim-volume-mode={mode}"))) : None,
        },
        mode, isolated)
    {
        Wishes = ownRepository ? HashMap((Marks.RepositorySecret, "mine")) : default,
    };

    /// <summary>The world with them in it.</summary>
    public World Begin()
    {
        var claim = Given.Claim("orders", Tenant) with { Mode = Mode, Marks = Wishes, Schedule = Wishes.Find(Marks.Schedule), TimeZone = Wishes.Find(Marks.TimeZone) };
        var state = Given.With(claim, Given.Claim("gold", Neighbour) with { Schedule = Some("") });
        return new World(
            state with
            {
                Namespaces = state.Namespaces.SetItem(Given.Ns(Tenant), Given.Namespace(Tenant) with { Marks = HomeWishes, Schedule = HomeWishes.Find(Marks.Schedule), TimeZone = HomeWishes.Find(Marks.TimeZone) }),
                Backups = Seq1(Given.Backup("by-hand", Claim, Given.Night, Tenant) with { Placement = Where }),
                Restores = Seq1(Restore),
            },
            Given.Settings with { DefaultSchedule = "", MoverNamespace = Isolated ? Some(Given.Ns(Movers)) : None },
            Given.Night)
        {
            // In these worlds no volume is handed over, so a restore in the movers' namespace stops at its mover.
            Fates = (_, operation) => Isolated && operation == "restore" ? Fate.Of(new MoverFate.NeverStarts("it stays")) : Fate.Good,
        };
    }

    public override string ToString() =>
        $"{(Isolated ? "isolated" : "beside")}, {Mode}, backup of '{Claim}', restore of {Restore.Source} {Restore.SnapshotId} into '{Restore.Target.Name}' {Restore.Target.Class} {Restore.Target.AccessModes} with {Restore.RepositorySecret}\n"
        + $"  claim: {Print(Wishes)}\n  namespace: {Print(HomeWishes)}\n  backup: {Where}\n  restore: {Restore.Placement}";

    private static string Print(HashMap<string, string> pairs) => string.Join("; ", pairs.AsEnumerable().OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key} = '{pair.Value}'"));
}

/// <summary>A generator of the elements of a sequence.</summary>
internal static class Elements
{
    public static Gen<T> ToElements<T>(this Seq<T> items) => Gen.Elements(items.ToArray());
}
