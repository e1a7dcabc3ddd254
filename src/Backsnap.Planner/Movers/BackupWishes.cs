using System.Globalization;
using Backsnap.Domain.Claims;
using Backsnap.Domain.Movers;
using Backsnap.Domain.Objects;
using LanguageExt;
using NodaTime.Text;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Movers;

/// <summary>An annotation that cannot be read, and what holds instead of it.</summary>
internal sealed record BadMark(string Name, string Message);

/// <summary>
/// How a claim wants to be backed up: what its annotations say, else those of its namespace, else the operator. A text that cannot be read
/// changes nothing, so that a slip of the pen costs no backup; it is told.
/// </summary>
/// <param name="Arguments">For the mover.</param>
/// <param name="Mistakes">What could not be read.</param>
internal sealed record BackupWishes(Seq<string> Arguments, Seq<BadMark> Mistakes)
{
    /// <summary>Reads the wishes of a claim.</summary>
    public static BackupWishes Of(Claim claim, Survey survey, Settings settings)
    {
        var home = survey.Namespace(claim.Id.Namespace).Map(found => found.Marks).IfNone(default(HashMap<string, string>));
        Option<string> Said(string mark) => (claim.Marks.Find(mark) | home.Find(mark)).Map(text => text.Trim()).Filter(text => text.Length > 0);
        return Seq(
                Said(Marks.Retention).Match(
                    text => Read(Marks.Retention, text, RetentionText.IsPolicy(text), Seq("--keep", text), "is no retention policy, such as last=1,daily=7; the operator's holds")
                        .Or(Seq("--keep", settings.Mover.Keep)),
                    () => Just("--keep", settings.Mover.Keep)),
                Said(Marks.ShrinkThreshold).Match(
                    text => Read(Marks.ShrinkThreshold, text, IsPercentage(text), Seq("--shrink-threshold", text), "is no percentage from 0 to 100; the operator's holds")
                        .Or(Threshold(settings)),
                    () => new BackupWishes(Threshold(settings), Seq<BadMark>())),
                Said(Marks.Exclude).Match(Excludes, () => Nothing),
                Said(Marks.ExcludeCaches).Match(text => Switch(Marks.ExcludeCaches, text, "--exclude-caches"), () => Nothing),
                Said(Marks.OneFileSystem).Match(text => Switch(Marks.OneFileSystem, text, "--one-file-system"), () => Nothing),
                Said(Marks.SnapshotTags).Match(Tags, () => Nothing),
                Labels(claim, settings),
                Said(Marks.AcknowledgeShrink).Match(
                    text => Read(
                        Marks.AcknowledgeShrink, text, IsAcknowledgment(text), Seq("--acknowledge-shrink", text),
                        "is neither the id of a snapshot (8 to 64 hexadecimal digits) nor a time such as 2026-01-31T12:00:00Z; nothing is acknowledged"),
                    () => Nothing))
            .Fold(Nothing, (all, one) => new BackupWishes(all.Arguments.Then(one.Arguments), all.Mistakes.Then(one.Mistakes)));
    }

    private static BackupWishes Nothing { get; } = new(Seq<string>(), Seq<BadMark>());

    // Only where it differs from what the mover does by itself.
    private static Seq<string> Threshold(Settings settings) =>
        settings.Mover.ShrinkThreshold == MoverSettings.UsualShrinkThreshold
            ? Seq<string>()
            : Seq("--shrink-threshold", settings.Mover.ShrinkThreshold.ToString(CultureInfo.InvariantCulture));

    private static BackupWishes Just(params string[] arguments) => new(arguments.ToSeq().Strict(), Seq<BadMark>());

    private BackupWishes Or(Seq<string> instead) => Mistakes.IsEmpty ? this : this with { Arguments = instead };

    private static BackupWishes Read(string mark, string text, bool isRead, Seq<string> arguments, string problem) =>
        isRead ? new BackupWishes(arguments, Seq<BadMark>()) : new BackupWishes(Seq<string>(), Seq1(new BadMark(mark, $"'{text}' {problem}")));

    private static BackupWishes Switch(string mark, string text, string option) => text switch
    {
        "true" => Just(option),
        "false" => Nothing,
        _ => new BackupWishes(Seq<string>(), Seq1(new BadMark(mark, $"'{text}' is neither true nor false; false holds"))),
    };

    private static BackupWishes Excludes(string text)
    {
        var lines = text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).ToSeq().Strict();
        return new BackupWishes(
            // In one argument, whatever the line begins with.
            lines.Filter(IsPattern).Map(line => $"--exclude={line}").Strict(),
            lines.Filter(line => !IsPattern(line)).Map(line => new BadMark(Marks.Exclude, $"'{line}' names nothing that could be left out; it is passed over")).Strict());
    }

    private static BackupWishes Tags(string text)
    {
        var tags = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).ToSeq().Strict();
        return new BackupWishes(
            tags.Filter(IsTag).Map(tag => $"--tag={tag}").Strict(),
            tags.Filter(tag => !IsTag(tag)).Map(tag => new BadMark(Marks.SnapshotTags, $"'{tag}' is no tag: blanks are not allowed in one, nor are names that Backsnap keeps for itself; it is passed over")).Strict());
    }

    // In the order in which the operator names them.
    private static BackupWishes Labels(Claim claim, Settings settings) => Just(
        [.. settings.Mover.TagLabels.Bind(name => claim.Labels.Find(name).Map(value => $"--tag={LabelTag}{name}={string.Concat(value.Select(Kept))}").ToSeq())]);

    // The API server lets no label hold them; a tag would end at the first.
    private static char Kept(char letter) => letter is ',' || char.IsControl(letter) || char.IsWhiteSpace(letter) ? '_' : letter;

    private static bool IsPattern(string line) => line.TrimStart('!').Trim('/').Trim().Length > 0 && !line.Any(char.IsControl);

    // What is remembered of a claim must not be told otherwise by a wish.
    private static bool IsTag(string tag) =>
        !tag.Any(letter => char.IsControl(letter) || char.IsWhiteSpace(letter)) && !tag.StartsWith("claim-", StringComparison.Ordinal) && !tag.StartsWith("backsnap-", StringComparison.Ordinal)
        && !tag.StartsWith(LabelTag, StringComparison.Ordinal);

    private const string LabelTag = "label:";

    private static bool IsPercentage(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var percent) && percent <= 100;

    private static bool IsAcknowledgment(string text) =>
        (text.Length is >= 8 and <= 64 && text.All(char.IsAsciiHexDigitLower)) || OffsetDateTimePattern.Rfc3339.Parse(text).Success;
}
