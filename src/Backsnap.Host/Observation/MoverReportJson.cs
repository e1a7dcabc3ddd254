using System.Text.Json;
using Backsnap.Domain.Movers;
using LanguageExt;
using NodaTime;
using NodaTime.Text;
using static LanguageExt.Prelude;

namespace Backsnap.Host.Observation;

/// <summary>
/// Reads the mover's result from a container's termination message. Anybody who can run a pod can write one, so nothing in it
/// is trusted further than its form: what is no report of version 1 is no report.
/// </summary>
internal static class MoverReportJson
{
    private const int LongestText = 2048;

    /// <summary>The report, if the message is one.</summary>
    public static Option<MoverReport> Read(string message)
    {
        try
        {
            using var document = JsonDocument.Parse(message);
            var root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object && Number(root, "v") == 1
                ? Outcome(Text(root, "outcome")).Map(outcome => new MoverReport(
                    outcome, (int)Math.Min(int.MaxValue, Number(root, "exitCode")), Word(Text(root, "reason"), outcome), Cut(Text(root, "message")), Snapshot(root), Backup(root), Restore(root),
                    Part(root, "warnings").Map(part => Number(part, "count")).IfNone(0), Part(root, "warnings").Map(part => Texts(part, "first")).IfNone(Seq<string>()), Available(root))
                {
                    Withheld = Part(root, "forgetWithheld").Map(part => new RetentionWithheld(Word(Text(part, "reason"), MoverOutcome.Partial), Cut(Text(part, "message")))),
                    RetentionError = Part(root, "forget").Map(part => Cut(Text(part, "error"))).Filter(error => error.Length > 0),
                })
                : None;
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException or ArgumentException)
        {
            // The last two are what the parser says of halves of surrogate pairs.
            return None;
        }
    }

    private static Option<MoverOutcome> Outcome(string text) => text switch
    {
        "Succeeded" => Some(MoverOutcome.Succeeded),
        "Partial" => Some(MoverOutcome.Partial),
        "Failed" => Some(MoverOutcome.Failed),
        _ => None,
    };

    private static Option<SavedSnapshot> Snapshot(JsonElement root) =>
        Part(root, "snapshot").Filter(part => IsId(Text(part, "id"))).Map(part => new SavedSnapshot(Text(part, "id"), Moment(Text(part, "time")), Texts(part, "tags")));

    private static Option<BackupFigures> Backup(JsonElement root) => Part(root, "backup").Map(part => new BackupFigures(
        Number(part, "filesNew"), Number(part, "filesChanged"), Number(part, "filesUnmodified"), Number(part, "filesProcessed"), Number(part, "bytesAdded"), Number(part, "bytesProcessed")));

    private static Option<RestoreFigures> Restore(JsonElement root) => Part(root, "restore").Map(part => new RestoreFigures(Number(part, "filesRestored"), Number(part, "bytesRestored")));

    // These may be shortened ids: they are for people.
    private static Seq<SavedSnapshot> Available(JsonElement root) =>
        root.TryGetProperty("available", out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.Object).Take(10)
                .Select(item => new SavedSnapshot(Cut(Text(item, "id")), Moment(Text(item, "time")), Seq<string>())).ToSeq().Strict()
            : Seq<SavedSnapshot>();

    private static bool IsId(string id) => id.Length == 64 && id.All(char.IsAsciiHexDigitLower);

    // A reason becomes a condition's reason, which the API server holds to a CamelCase word.
    private static string Word(string reason, MoverOutcome outcome) =>
        reason.Length is > 0 and <= 64 && char.IsAsciiLetter(reason[0]) && reason.All(char.IsAsciiLetterOrDigit) ? reason : $"Mover{outcome}";

    private static Option<Instant> Moment(string text) => OffsetDateTimePattern.ExtendedIso.Parse(text) is { Success: true, Value: var at } ? Some(at.ToInstant()) : None;

    private static Option<JsonElement> Part(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var part) && part.ValueKind == JsonValueKind.Object ? Some(part) : None;

    private static string Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() ?? "" : "";

    private static long Number(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? Math.Max(0, number) : 0;

    private static Seq<string> Texts(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => Cut(item.GetString() ?? "")).Take(100).ToSeq().Strict()
            : Seq<string>();

    private static string Cut(string text) => text.Length <= LongestText ? text : text[..(char.IsHighSurrogate(text[LongestText - 1]) ? LongestText - 1 : LongestText)];
}
