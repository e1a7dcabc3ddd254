using Backsnap.Domain.Backups;
using Backsnap.Domain.Claims;
using LanguageExt;

namespace Backsnap.Planner.Admission;

/// <summary>Which driver and which node a backup burdens, as far as that is known.</summary>
internal static class Whereabouts
{
    /// <summary>The label by which nodes are selected by name.</summary>
    public const string HostLabel = "kubernetes.io/hostname";

    /// <summary>The driver of the claim that is backed up; once that claim is gone, of the temporary one that was made from its snapshot.</summary>
    public static Option<string> DriverOf(Backup backup, Survey survey) =>
        survey.Claim(backup.Claim).Bind(claim => DriverOf(claim, survey))
        | survey.ClaimsOf[backup.Id.Uid].ToSeq().HeadOrNone().Bind(claim => DriverOf(claim, survey));

    /// <summary>
    /// The node on which the mover runs. Before it does: the one that alone can reach the claim's volume, for a volume made from its snapshot
    /// can be reached from there as well; or the one that the PVCBackup selects by name.
    /// </summary>
    public static Option<string> NodeOf(Backup backup, Survey survey) =>
        survey.JobsOf[backup.Id.Uid].SelectMany(job => survey.PodsOf[job.Id.Uid]).SelectMany(pod => pod.Node.ToSeq()).ToSeq().HeadOrNone()
        | survey.Claim(backup.Claim).Bind(claim => claim.VolumeName).Bind(survey.Volume).Bind(volume => volume.Node)
        | backup.Placement.NodeSelector.Find(HostLabel);

    private static Option<string> DriverOf(Claim claim, Survey survey) =>
        claim.VolumeName.Bind(survey.Volume).Match(
            volume => volume.Driver,
            () => claim.Class.Bind(name => survey.Cluster.StorageClasses.Find(name)).Map(found => found.Provisioner));
}
