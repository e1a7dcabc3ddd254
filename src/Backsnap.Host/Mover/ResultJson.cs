using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Backsnap.Host.Mover;

/// <summary>
/// Writes a result as the termination message: UTF-8 JSON of at most 4096 bytes, which is all that a kubelet keeps of it. What does not
/// fit is shortened, first the lists, then the texts; exit code, outcome and snapshot id always stay.
/// </summary>
internal static class ResultJson
{
    public const int Limit = 4096;

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // From the whole to the least; the last level is far below the limit whatever the texts are.
    private static readonly ImmutableArray<Room> Levels =
    [
        new(Items: 20, Text: 1000, Id: 64), new(Items: 10, Text: 500, Id: 64), new(Items: 5, Text: 250, Id: 64),
        new(Items: 3, Text: 120, Id: 64), new(Items: 1, Text: 80, Id: 64), new(Items: 0, Text: 40, Id: 64),
    ];

    public static byte[] Write(MoverResult result, SecretMask mask)
    {
        foreach (var room in Levels)
        {
            var bytes = Write(result, mask, room);
            if (bytes.Length <= Limit)
                return bytes;
        }

        throw new InvalidOperationException("The shortest form of a result exceeds the limit: its fixed parts have grown.");
    }

    private static byte[] Write(MoverResult result, SecretMask mask, Room room)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            var text = new Texts(json, mask, room);
            json.WriteStartObject();
            json.WriteNumber("v", 1);
            json.WriteString("operation", result.Operation.ToString().ToLowerInvariant());
            json.WriteString("outcome", OutcomeWord(result.Outcome));
            json.WriteNumber("exitCode", result.Outcome.ExitCode);
            json.WriteString("reason", Reason(result.Outcome));
            text.Write("message", ResultText.Sentence(result));
            json.WriteNumber("seconds", Math.Round(Math.Clamp(result.Seconds, 0, 1e9), 1));
            WriteParts(json, text, result.Outcome);
            WriteWarnings(json, text, result.Warnings);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static string OutcomeWord(MoverOutcome outcome) => outcome switch
    {
        MoverOutcome.Saved { Unread: > 0 } => "Partial",
        MoverOutcome.Saved or MoverOutcome.Found or MoverOutcome.PutBack or MoverOutcome.Pruned or MoverOutcome.Checked => "Succeeded",
        MoverOutcome.Failed => "Failed",
    };

    private static string Reason(MoverOutcome outcome) => outcome switch
    {
        MoverOutcome.Saved saved => saved.Unread > 0 ? "FilesUnreadable" : "BackupSaved",
        MoverOutcome.Found => "SnapshotFound",
        MoverOutcome.PutBack => "Restored",
        MoverOutcome.Pruned => "Pruned",
        MoverOutcome.Checked => "RepositorySound",
        MoverOutcome.Failed failed => failed.Failure.Kind.Reason,
    };

    private static void WriteParts(Utf8JsonWriter json, Texts text, MoverOutcome outcome)
    {
        switch (outcome)
        {
            case MoverOutcome.Saved saved:
                WriteSnapshot(json, text, saved.Snapshot);
                WriteBackup(json, saved.Figures);
                WriteForget(json, text, saved.Forget);
                WriteWithheld(json, text, saved.Withheld);
                break;
            case MoverOutcome.Found found:
                WriteSnapshot(json, text, found.Snapshot);
                break;
            case MoverOutcome.PutBack back:
                WriteSnapshot(json, text, back.Snapshot);
                json.WriteStartObject("restore");
                json.WriteNumber("filesRestored", back.Figures.FilesRestored);
                json.WriteNumber("bytesRestored", back.Figures.BytesRestored);
                json.WriteEndObject();
                break;
            case MoverOutcome.Pruned pruned:
                json.WriteStartObject("prune");
                json.WriteNumber("bytesRemoved", pruned.Figures.BytesRemoved);
                json.WriteNumber("bytesRemaining", pruned.Figures.BytesRemaining);
                json.WriteEndObject();
                break;
            case MoverOutcome.Checked check:
                json.WriteStartObject("check");
                json.WriteNumber("errors", check.Figures.Errors);
                json.WriteBoolean("suggestPrune", check.Figures.SuggestPrune);
                if (check.Subset is { } subset)
                    text.Write("dataRead", subset);
                json.WriteEndObject();
                break;
            case MoverOutcome.Failed { Available.Length: > 0 } failed:
                json.WriteStartArray("available");
                foreach (var snapshot in failed.Available.Take(Math.Min(10, text.Room.Items)))
                {
                    json.WriteStartObject();
                    text.Write("id", snapshot.Id.Length > 8 ? snapshot.Id[..8] : snapshot.Id);
                    json.WriteString("time", Rfc3339.Write(snapshot.Time));
                    json.WriteEndObject();
                }

                json.WriteEndArray();
                break;
            default:
                break;
        }
    }

    private static void WriteSnapshot(Utf8JsonWriter json, Texts text, SnapshotInfo snapshot)
    {
        json.WriteStartObject("snapshot");
        text.WriteId("id", snapshot.Id);
        json.WriteString("time", Rfc3339.Write(snapshot.Time));
        text.Write("host", snapshot.Host);
        text.Write("paths", snapshot.Paths);
        text.Write("tags", snapshot.Tags);
        if (snapshot.Figures is { } figures)
        {
            json.WriteNumber("files", figures.FilesProcessed);
            json.WriteNumber("bytes", figures.BytesProcessed);
        }

        json.WriteEndObject();
    }

    private static void WriteBackup(Utf8JsonWriter json, BackupFigures figures)
    {
        json.WriteStartObject("backup");
        json.WriteNumber("filesNew", figures.FilesNew);
        json.WriteNumber("filesChanged", figures.FilesChanged);
        json.WriteNumber("filesUnmodified", figures.FilesUnmodified);
        json.WriteNumber("filesProcessed", figures.FilesProcessed);
        json.WriteNumber("bytesAdded", figures.BytesAdded);
        json.WriteNumber("bytesProcessed", figures.BytesProcessed);
        json.WriteEndObject();
    }

    private static void WriteForget(Utf8JsonWriter json, Texts text, ForgetReport? forget)
    {
        if (forget is null)
            return;
        json.WriteStartObject("forget");
        json.WriteNumber("kept", forget.Kept);
        json.WriteNumber("removed", forget.Removed);
        if (forget.Error is null)
            json.WriteNull("error");
        else
            text.Write("error", forget.Error);
        json.WriteEndObject();
    }

    private static void WriteWithheld(Utf8JsonWriter json, Texts text, Withheld? withheld)
    {
        if (withheld is null)
            return;
        json.WriteStartObject("forgetWithheld");
        json.WriteString("reason", withheld.Reason);
        text.Write("message", withheld.Message);
        if (withheld.Reference is { } reference)
        {
            text.Write("snapshot", reference.ShortId);
            json.WriteString("time", Rfc3339.Write(reference.Time));
            if (reference.Figures is { } figures)
            {
                json.WriteNumber("files", figures.FilesProcessed);
                json.WriteNumber("bytes", figures.BytesProcessed);
            }
        }

        json.WriteEndObject();
    }

    private static void WriteWarnings(Utf8JsonWriter json, Texts text, Warnings warnings)
    {
        if (warnings.Count == 0)
            return;
        json.WriteStartObject("warnings");
        json.WriteNumber("count", warnings.Count);
        text.Write("first", warnings.First);
        json.WriteEndObject();
    }

    /// <summary>How much of lists and texts may be written: entries, and UTF-16 units of each text.</summary>
    private sealed record Room(int Items, int Text, int Id);

    private sealed class Texts(Utf8JsonWriter json, SecretMask mask, Room room)
    {
        public Room Room => room;

        public void Write(string name, string value) => json.WriteString(name, Shortened(mask.Apply(value), room.Text));

        public void WriteId(string name, string value) => json.WriteString(name, Shortened(mask.Apply(value), room.Id));

        public void Write(string name, ImmutableArray<string> values)
        {
            json.WriteStartArray(name);
            foreach (var value in values.Take(room.Items))
                json.WriteStringValue(Shortened(mask.Apply(value), room.Text));
            json.WriteEndArray();
        }

        // Never between the halves of a surrogate pair, and without lone halves, which JSON cannot hold.
        private static string Shortened(string value, int length)
        {
            var text = string.Concat(value.EnumerateRunes().Select(rune => rune.ToString()));
            if (text.Length <= length)
                return text;
            var end = char.IsHighSurrogate(text[length - 1]) ? length - 1 : length;
            return string.Create(CultureInfo.InvariantCulture, $"{text[..end]}…");
        }
    }
}
