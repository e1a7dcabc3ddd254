using Backsnap.Domain.Backups;
using Backsnap.Domain.Claims;
using Backsnap.Domain.Objects;
using NodaTime;
using NodaTime.Text;

namespace Backsnap.Domain.Maintenances;

/// <summary>
/// The name of a scheduled PVCMaintenance: claim, kind and slot, as in <c>orders-prune-20261122-033000</c>. As with <see cref="SlotName"/>,
/// whoever asks for the same slot makes the same name.
/// </summary>
public static class MaintenanceName
{
    private static readonly InstantPattern Pattern = InstantPattern.CreateWithInvariantCulture("uuuuMMdd-HHmmss");

    /// <summary>The name, within 63 characters whatever the claim's name.</summary>
    public static string For(ClaimRef claim, MaintenanceKind kind, Instant slot)
    {
        var tail = $"-{Word(kind)}-{Pattern.Format(slot)}";
        return ChildName.Fit(claim.Name, DnsName.LabelLength - tail.Length) + tail;
    }

    /// <summary>The kind as restic's command and as part of names.</summary>
    public static string Word(MaintenanceKind kind) => kind == MaintenanceKind.Prune ? "prune" : "check";
}
