using Backsnap.Domain.Claims;
using Backsnap.Domain.Objects;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Volumes;

/// <summary>
/// What a claim was like. Every restic snapshot remembers it as tags, so that a claim can be made anew when nothing but the
/// repository is left.
/// </summary>
internal sealed record ClaimFacts(Option<Quantity> Size, Option<string> Class, Seq<string> AccessModes, Option<VolumeMode> Mode)
{
    private const string SizeTag = "claim-size=";
    private const string ClassTag = "claim-class=";
    private const string ModesTag = "claim-modes=";
    private const string VolumeModeTag = "claim-volume-mode=";
    private const string UidTag = "claim-uid=";

    /// <summary>Nothing known.</summary>
    public static ClaimFacts Unknown { get; } = new(None, None, Seq<string>(), None);

    /// <summary>The facts of a claim that is there. The size is what its volume has, where it has more than was asked for.</summary>
    public static ClaimFacts Of(Claim claim) => new(
        claim.Request.Match(
            request => claim.Capacity.Match(capacity => Some(Quantity.Max(request, capacity)), () => claim.Request),
            () => claim.Capacity),
        claim.Class, claim.AccessModes, Some(claim.Mode));

    /// <summary>The tags for a claim's snapshots. A comma would part one tag into two, so modes are joined by <c>+</c>.</summary>
    public static Seq<string> Tags(Claim claim)
    {
        var facts = Of(claim);
        return Sequences.Join(
            Seq1(UidTag + claim.Id.Uid),
            facts.Size.Map(size => SizeTag + size).ToSeq(),
            facts.Class.Map(name => ClassTag + name).ToSeq(),
            facts.AccessModes.IsEmpty ? Seq<string>() : Seq1(ModesTag + string.Join('+', facts.AccessModes)),
            Seq1(VolumeModeTag + claim.Mode));
    }

    /// <summary>Reads what tags remember; tags of others are passed over.</summary>
    public static ClaimFacts FromTags(Seq<string> tags) => new(
        Value(tags, SizeTag).Bind(text => Quantity.Parse(text).ToOption()),
        Value(tags, ClassTag),
        Value(tags, ModesTag).Map(text => text.Split('+').ToSeq().Strict()).IfNone(Seq<string>()),
        Value(tags, VolumeModeTag).Bind(text => Enum.TryParse<VolumeMode>(text, out var mode) ? Some(mode) : None));

    /// <summary>These facts, and the other's where these say nothing.</summary>
    public ClaimFacts Or(ClaimFacts other) => new(Size | other.Size, Class | other.Class, AccessModes.IsEmpty ? other.AccessModes : AccessModes, Mode | other.Mode);

    private static Option<string> Value(Seq<string> tags, string name) =>
        tags.Find(tag => tag.StartsWith(name, StringComparison.Ordinal) && tag.Length > name.Length).Map(tag => tag[name.Length..]);
}
