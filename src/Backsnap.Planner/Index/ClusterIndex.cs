using Backsnap.Domain.Backups;
using Backsnap.Domain.Claims;
using Backsnap.Domain.Cluster;
using Backsnap.Domain.Maintenances;
using Backsnap.Domain.Objects;
using Backsnap.Domain.Restores;
using Backsnap.Domain.Volumes;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Index;

/// <summary>
/// Where everything in a cluster is found: by name, by uid, by claim. It says nothing that the state does not, and judges nothing. It is kept up from
/// one look to the next at the cost of what has changed; whatever the states that it is shown, it is as if it had been made from the last one alone.
/// </summary>
internal sealed class ClusterIndex
{
    private readonly Following<Claim> ofClaims = new();
    private readonly Following<Backup> ofBackups = new();
    private readonly Following<Maintenance> ofMaintenances = new();
    private readonly Following<Restore> ofRestores = new();
    private readonly Following<Volume> ofVolumes = new();
    private readonly Dictionary<ClaimRef, Dossier> dossiers = [];
    private readonly Register<Backup> backups = new(backup => backup.Id, backup => backup.Phase.IsFinished);
    private readonly Register<Maintenance> maintenances = new(maintenance => maintenance.Id, maintenance => maintenance.Phase.IsFinished);
    private readonly Dictionary<Uid, Claim> ownedClaims = [];
    private readonly Dictionary<Uid, Claim> labelledClaims = [];
    private readonly Dictionary<string, Volume> volumes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, VolumeFacts> volumesRead = new(StringComparer.Ordinal);
    private Dictionary<NamespaceName, NamespaceFacts> namespaces = [];
    private Standing standing = Standing.Of(ClusterState.Empty);
    private readonly List<Dossier> inOrder = [];
    private readonly List<Dossier> touched = [];
    private readonly List<Dossier> opened = [];

    private ClusterIndex()
    {
    }

    /// <summary>What was last seen.</summary>
    public ClusterState Cluster { get; private set; } = ClusterState.Empty;

    /// <summary>Everything of each claim, in the order of namespace and name; also of claims that are gone and have a history.</summary>
    public IReadOnlyList<Dossier> Dossiers => inOrder;

    /// <summary>The PVCBackups that are not over, in no order.</summary>
    public IReadOnlyCollection<Backup> OpenBackups => backups.Open;

    /// <summary>The PVCMaintenances that are not over, in no order.</summary>
    public IReadOnlyCollection<Maintenance> OpenMaintenances => maintenances.Open;

    /// <summary>The claims that have a controller, in no order.</summary>
    public IReadOnlyCollection<Claim> OwnedClaims => ownedClaims.Values;

    /// <summary>The claims with Backsnap's label, in no order.</summary>
    public IReadOnlyCollection<Claim> LabelledClaims => labelledClaims.Values;

    /// <summary>The volumes of which was read what handing them over needs, in no order.</summary>
    public IReadOnlyCollection<VolumeFacts> VolumesRead => volumesRead.Values;

    /// <summary>The restores by uid.</summary>
    public IReadOnlyDictionary<Uid, Restore> Restores { get; private set; } = new Dictionary<Uid, Restore>();

    /// <summary>The index of a state.</summary>
    public static ClusterIndex Of(ClusterState cluster)
    {
        var index = new ClusterIndex();
        index.Look(cluster);
        return index;
    }

    /// <summary>An index of nothing yet.</summary>
    public static ClusterIndex Empty() => new();

    /// <summary>Takes a look. What is remembered of a claim is forgotten where anything that it may rest on has changed.</summary>
    public void Look(ClusterState cluster)
    {
        Cluster = cluster;
        var ofAll = Standing.Of(cluster);
        if (ofAll != standing)
        {
            standing = ofAll;
            Forget();
        }

        LookAtVolumes(ofVolumes.Look(cluster.Volumes));
        LookAtClaims(ofClaims.Look(cluster.Claims));
        LookAtBackups(ofBackups.Look(cluster.Backups));
        LookAtMaintenances(ofMaintenances.Look(cluster.Maintenances.IfNone(Seq<Maintenance>())));
        LookAtRestores(ofRestores.Look(cluster.Restores));
        LookAtNamespaces(cluster.Namespaces);
        Arrange();
    }

    /// <summary>Forgets what was found out about claims, as when the settings are others.</summary>
    public void Forget() => ForgetWhere(_ => true);

    /// <summary>Everything of a claim; null where there is nothing.</summary>
    public Dossier? Of(ClaimRef claim) => dossiers.GetValueOrDefault(claim);

    /// <summary>A claim by name.</summary>
    public Option<Claim> Claim(ClaimRef claim) => dossiers.TryGetValue(claim, out var found) ? found.Claim : None;

    /// <summary>The PVCBackups of a claim, in the order of their names.</summary>
    public Seq<Backup> BackupsOf(ClaimRef claim) => dossiers.TryGetValue(claim, out var found) ? found.Backups : Seq<Backup>();

    /// <summary>A PVCBackup by uid.</summary>
    public Option<Backup> Backup(Uid uid) => backups.Find(uid);

    /// <summary>A PVCBackup by name.</summary>
    public Option<Backup> Backup(NamespaceName home, string name) => backups.Find(home, name);

    /// <summary>A PVCMaintenance by uid.</summary>
    public Option<Maintenance> Maintenance(Uid uid) => maintenances.Find(uid);

    /// <summary>A PVCMaintenance by name.</summary>
    public Option<Maintenance> Maintenance(NamespaceName home, string name) => maintenances.Find(home, name);

    /// <summary>A volume by name.</summary>
    public Option<Volume> Volume(string name) => volumes.TryGetValue(name, out var found) ? Some(found) : None;

    private void LookAtClaims(Change<Claim> change)
    {
        foreach (var claim in change.Gone)
        {
            var dossier = Touch(claim.Ref);
            dossier.Claim = dossier.Claim.Filter(known => !ReferenceEquals(known, claim));
            ownedClaims.Remove(claim.Id.Uid);
            labelledClaims.Remove(claim.Id.Uid);
        }

        foreach (var claim in change.Come)
        {
            Touch(claim.Ref).Claim = claim;
            if (claim.Id.Controller.IsSome)
            {
                ownedClaims[claim.Id.Uid] = claim;
            }

            if (claim.Id.Labels.Find(Marks.ManagedBy) == Some(Marks.Backsnap))
            {
                labelledClaims[claim.Id.Uid] = claim;
            }
        }
    }

    private void LookAtBackups(Change<Backup> change)
    {
        backups.Take(change);
        ByClaim(change, backup => backup.Claim, (dossier, gone, come) => dossier.Change(gone, come));
    }

    private void LookAtMaintenances(Change<Maintenance> change)
    {
        maintenances.Take(change);
        ByClaim(change, maintenance => maintenance.Claim, (dossier, gone, come) => dossier.Change(gone, come));
    }

    private void LookAtRestores(Change<Restore> change)
    {
        if (change.IsNone)
        {
            return;
        }

        foreach (var claim in change.Both.SelectMany(restore => new[] { restore.Source, restore.TargetRef }))
        {
            ForgetOf(claim);
        }

        var restores = new Dictionary<Uid, Restore>();
        foreach (var restore in Cluster.Restores)
        {
            restores[restore.Id.Uid] = restore;
        }

        Restores = restores;
    }

    private void LookAtVolumes(Change<Volume> change)
    {
        foreach (var volume in change.Gone)
        {
            volumes.Remove(volume.Name);
            volumesRead.Remove(volume.Name);
        }

        foreach (var volume in change.Come)
        {
            volumes[volume.Name] = volume;
            volume.Facts.IfSome(facts => volumesRead[volume.Name] = facts);
        }

        if (!change.IsNone)
        {
            var names = change.Both.Select(volume => volume.Name).ToHashSet(StringComparer.Ordinal);
            ForgetWhere(dossier => dossier.Claim.Exists(claim => claim.VolumeName.Exists(names.Contains)));
        }
    }

    // A namespace's words hold for all claims in it. They change so seldom that going through all claims then costs nothing.
    private void LookAtNamespaces(HashMap<NamespaceName, NamespaceFacts> now)
    {
        var changed = new System.Collections.Generic.HashSet<NamespaceName>();
        var count = 0;
        foreach (var (name, facts) in now)
        {
            count++;
            if (!namespaces.TryGetValue(name, out var known) || !ReferenceEquals(known, facts))
            {
                changed.Add(name);
            }
        }

        if (changed.Count == 0 && count == namespaces.Count)
        {
            return;
        }

        changed.UnionWith(namespaces.Keys.Where(name => !now.ContainsKey(name)));
        namespaces = now.AsEnumerable().ToDictionary(pair => pair.Key, pair => pair.Value);
        ForgetWhere(dossier => changed.Contains(dossier.Name.Namespace));
    }

    private void ByClaim<T>(Change<T> change, Func<T, ClaimRef> claim, Action<Dossier, IEnumerable<T>, IEnumerable<T>> tell)
    {
        if (change.IsNone)
        {
            return;
        }

        var (gone, come) = (change.Gone.ToLookup(claim), change.Come.ToLookup(claim));
        foreach (var name in gone.Select(group => group.Key).Concat(come.Select(group => group.Key)).Distinct())
        {
            tell(Touch(name), gone[name], come[name]);
        }
    }

    private Dossier Touch(ClaimRef claim)
    {
        if (!dossiers.TryGetValue(claim, out var dossier))
        {
            dossiers[claim] = dossier = new Dossier(claim);
            opened.Add(dossier);
        }

        dossier.Known = null;
        touched.Add(dossier);
        return dossier;
    }

    private void ForgetOf(ClaimRef claim)
    {
        if (dossiers.TryGetValue(claim, out var dossier))
        {
            dossier.Known = null;
        }
    }

    private void ForgetWhere(Func<Dossier, bool> concerns)
    {
        foreach (var dossier in dossiers.Values.Where(concerns))
        {
            dossier.Known = null;
        }
    }

    // Takes a few out and puts a few in, where they belong; sorts only when they are many, as at the first look.
    private void Arrange()
    {
        if (opened.Count > FewOf(inOrder.Count))
        {
            inOrder.AddRange(opened);
            inOrder.Sort(ByName);
        }
        else
        {
            opened.ForEach(dossier => inOrder.Insert(~inOrder.BinarySearch(dossier, ByName), dossier));
        }

        var closed = touched.Where(dossier => dossier.IsEmpty && dossiers.Remove(dossier.Name)).ToList();
        if (closed.Count > FewOf(inOrder.Count))
        {
            inOrder.RemoveAll(dossier => dossier.IsEmpty);
        }
        else
        {
            closed.ForEach(dossier => inOrder.RemoveAt(inOrder.BinarySearch(dossier, ByName)));
        }

        opened.Clear();
        touched.Clear();
    }

    private static int FewOf(int count) => 16 + (count / 256);

    private static Comparer<Dossier> ByName { get; } = Comparer<Dossier>.Create((one, other) =>
        string.CompareOrdinal(one.Name.Namespace.Value, other.Name.Namespace.Value) is var byNamespace && byNamespace != 0
            ? byNamespace
            : string.CompareOrdinal(one.Name.Name, other.Name.Name));

    // What all claims have in common, and what is small enough to be compared as a whole.
    private sealed record Standing(HashMap<string, StorageClass> StorageClasses, Seq<SnapshotClass> SnapshotClasses, bool HasMaintenance)
    {
        public static Standing Of(ClusterState cluster) => new(cluster.StorageClasses, cluster.SnapshotClasses, cluster.Maintenances.IsSome);
    }
}
