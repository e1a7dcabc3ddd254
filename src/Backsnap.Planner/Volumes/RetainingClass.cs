using Backsnap.Domain.Claims;
using Backsnap.Domain.Volumes;
using LanguageExt;

namespace Backsnap.Planner.Volumes;

/// <summary>What is said of a snapshot class that keeps the stored snapshot when its VolumeSnapshot is deleted: each backup then leaks storage.</summary>
internal static class RetainingClass
{
    /// <summary>The reason of the notice.</summary>
    public const string Reason = "SnapshotRetained";

    /// <summary>The warning for a claim whose snapshots are of such a class.</summary>
    public static Option<string> Warning(Claim claim, Survey survey, Settings settings) =>
        SnapshotSupport.ClassFor(claim, survey, settings.SnapshotClass).ToOption().Filter(found => found.Retains).Map(Say);

    private static string Say(SnapshotClass found) =>
        $"VolumeSnapshotClass {found.Name} has deletionPolicy Retain: every backup leaves a snapshot in the storage system, and a VolumeSnapshotContent, which nobody deletes and which cost space; use a class with deletionPolicy Delete (--snapshotclass)";
}
