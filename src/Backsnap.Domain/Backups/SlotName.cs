using System.Globalization;
using Backsnap.Domain.Claims;
using Backsnap.Domain.Objects;
using LanguageExt;
using NodaTime;
using NodaTime.Text;
using static LanguageExt.Prelude;

namespace Backsnap.Domain.Backups;

/// <summary>
/// The name of a scheduled PVCBackup: the claim and the slot (the scheduled instant, UTC), as in <c>orders-20261122-023000</c>. Two
/// operators, or one with an old view, make the same name for the same slot, so that the second creation is refused.
/// </summary>
public static class SlotName
{
    private const string Form = "uuuuMMdd-HHmmss";
    private static readonly InstantPattern Pattern = InstantPattern.CreateWithInvariantCulture(Form);

    /// <summary>The name, within 63 characters whatever the claim's name; a claim name that was cut is told from others by its hash.</summary>
    public static string For(ClaimRef claim, Instant slot) => Named(claim, slot, "");

    /// <summary>The name of an attempt at a slot: that of the slot, and from the second attempt on its number, as in <c>orders-20261122-023000-2</c>.</summary>
    public static string For(ClaimRef claim, Instant slot, int attempt) =>
        Named(claim, slot, attempt <= 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"-{attempt}"));

    private static string Named(ClaimRef claim, Instant slot, string suffix) =>
        ChildName.Fit(claim.Name, DnsName.LabelLength - 1 - "20261122-023000".Length - suffix.Length) + "-" + Pattern.Format(slot) + suffix;

    /// <summary>Reads the annotation <see cref="Marks.Slot"/>.</summary>
    public static Option<Instant> Read(string annotation) =>
        InstantPattern.ExtendedIso.Parse(annotation) is { Success: true, Value: var slot } ? Some(slot) : None;

    /// <summary>Writes the annotation <see cref="Marks.Slot"/>.</summary>
    public static string Write(Instant slot) => InstantPattern.General.Format(slot).ToString(CultureInfo.InvariantCulture);
}
