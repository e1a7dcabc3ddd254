using System.Globalization;
using NodaTime;

namespace Backsnap.Host.Mover;

/// <summary>What a person has accepted as it is, although it looks like a loss.</summary>
internal abstract record Acknowledgment
{
    private Acknowledgment()
    {
    }

    /// <summary>The snapshot whose id begins so, and with it a volume of its size.</summary>
    public sealed record OfSnapshot(string Prefix) : Acknowledgment;

    /// <summary>Whatever was saved until then; nothing that is saved later.</summary>
    public sealed record Until(Instant Time) : Acknowledgment;

    /// <summary>Whether this snapshot is meant.</summary>
    public bool Covers(SnapshotInfo snapshot) => this switch
    {
        OfSnapshot(var prefix) => snapshot.IsNamed(prefix),
        Until(var time) => snapshot.Time <= time,
    };

    /// <summary>Reads a snapshot's id (8 digits at least) or an instant (RFC 3339); null when it is neither.</summary>
    public static Acknowledgment? Read(string text) =>
        Rfc3339.Read(text) is { } time ? new Until(time)
        : SnapshotQuery.IsId(text) && text.Length >= 8 ? new OfSnapshot(text)
        : null;
}

/// <summary>When a volume has lost so much that its older snapshots must stay.</summary>
/// <param name="Percent">Less than this part of the reference's files or bytes is a loss; 0 to 100, 0 for none but that of everything.</param>
/// <param name="Acknowledged">What is accepted all the same.</param>
internal sealed record ShrinkRule(int Percent, Acknowledgment? Acknowledged)
{
    // A volume of a handful of files, or of next to nothing, halves every day.
    private const long FewFiles = 100;
    private const long FewBytes = 1 << 20;

    public static readonly ShrinkRule Default = new(50, null);

    /// <summary>Whether <paramref name="now"/> is a loss against <paramref name="before"/>; unknown figures stand for some content.</summary>
    public bool IsLoss(BackupFigures? now, BackupFigures? before) => (now, before) switch
    {
        (null, _) or (_, { IsEmpty: true }) => false,
        ({ IsEmpty: true }, _) => true,
        (_, null) => false,
        _ => Fewer(now.FilesProcessed, before.FilesProcessed, FewFiles) || Fewer(now.BytesProcessed, before.BytesProcessed, FewBytes),
    };

    /// <summary>Reads a percentage; null when it is none.</summary>
    public static int? ReadPercent(string text) =>
        int.TryParse(text.TrimEnd('%'), NumberStyles.None, CultureInfo.InvariantCulture, out var percent) && percent <= 100 ? percent : null;

    private bool Fewer(long now, long before, long few) => before >= few && now < before * (decimal)Percent / 100;
}
