using Backsnap.Domain.Claims;
using Backsnap.Domain.Volumes;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Volumes;

/// <summary>Which snapshot class a claim's volume is snapshotted with: always one of the volume's own driver.</summary>
internal static class SnapshotSupport
{
    /// <summary>The class for a bound claim, or why there is none, in words.</summary>
    public static Either<string, SnapshotClass> ClassFor(Claim claim, Survey survey, Option<string> preferred) =>
        Driver(claim, survey).Bind(driver => Choose(driver, survey.Cluster.SnapshotClasses, preferred));

    // The volume itself knows its driver; its class says it too, unless the class is gone or was never named.
    private static Either<string, string> Driver(Claim claim, Survey survey)
    {
        var volume = claim.VolumeName.Bind(survey.Volume);
        var byVolume = volume.Bind(found => found.Driver);
        var byClass = volume.IsSome ? None : claim.Class.Bind(name => survey.Cluster.StorageClasses.Find(name)).Map(found => found.Provisioner);
        return (byVolume | byClass).ToEither(volume.IsSome
            ? $"its volume {claim.VolumeName.IfNone("(none)")} is not from a CSI driver, so it cannot be snapshotted"
            : $"neither its volume {claim.VolumeName.IfNone("(none)")} nor its storage class was seen, so its driver is not known");
    }

    private static Either<string, SnapshotClass> Choose(string driver, Seq<SnapshotClass> classes, Option<string> preferred)
    {
        var own = classes.Filter(candidate => candidate.Driver == driver).OrderBy(candidate => candidate.Name, StringComparer.Ordinal).ToSeq().Strict();
        var defaults = own.Filter(candidate => candidate.IsDefault).Strict();
        var named = own.Find(candidate => preferred.Contains(candidate.Name));
        return (named.IsSome ? named.ToSeq() : own) switch
        {
            { Count: 1 } one => Right<string, SnapshotClass>(one.Head),
            _ when own.IsEmpty => Left<string, SnapshotClass>($"there is no VolumeSnapshotClass for its driver {driver}; create one, or opt the claim out with an empty schedule"),
            _ when defaults.Count == 1 => Right<string, SnapshotClass>(defaults.Head),
            _ => Left<string, SnapshotClass>(
                $"its driver {driver} has {own.Count} VolumeSnapshotClasses ({string.Join(", ", own.Map(candidate => candidate.Name))}) and {(defaults.IsEmpty ? "none" : "more than one")} of them is the default; name one with --snapshotclass, or mark exactly one with snapshot.storage.kubernetes.io/is-default-class"),
        };
    }
}
