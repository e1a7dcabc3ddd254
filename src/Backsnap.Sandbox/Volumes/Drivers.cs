namespace Backsnap.Sandbox.Volumes;

/// <summary>The names of the storage drivers that the sandbox plays.</summary>
internal static class Drivers
{
    /// <summary>Directories, with snapshots.</summary>
    public const string Local = "sandbox.csi.backsnap.skyb.it";

    /// <summary>Directories, for which nobody takes snapshots.</summary>
    public const string WithoutSnapshots = "nosnap.csi.backsnap.skyb.it";

    public static bool Provisions(string? driver) => driver is Local or WithoutSnapshots;
}
