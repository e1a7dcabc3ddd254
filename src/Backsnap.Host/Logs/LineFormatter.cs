using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Backsnap.Host.Cli;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using NodaTime;
using NodaTime.Text;

namespace Backsnap.Host.Logs;

/// <summary>
/// One line for each thing that is logged, as text or as JSON. Whatever tenants and servers wrote into it stays within that line and cannot look
/// like another: in text it is made tame (<see cref="PlainText"/>), in JSON it is escaped.
/// </summary>
/// <param name="json">Whether lines are JSON objects.</param>
/// <param name="clock">Whose time stands in each line.</param>
internal sealed class LineFormatter(bool json, IClock clock) : ConsoleFormatter(FormatterName)
{
    /// <summary>The name by which the console finds it.</summary>
    public const string FormatterName = "backsnap";

    private const string Template = "{OriginalFormat}";

    // What the sentence says already is not said again behind it.
    private static readonly string[] Extra = ["Phase", "Reason", "Slot"];

    /// <inheritdoc/>
    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        var fields = (logEntry.State as IEnumerable<KeyValuePair<string, object?>> ?? []).Where(field => field.Key != Template).ToList();
        textWriter.Write(json ? Json(logEntry.LogLevel, logEntry.Category, message, fields, logEntry.Exception) : Text(logEntry.LogLevel, message, fields, logEntry.Exception));
        textWriter.Write('\n');
    }

    private string Text(LogLevel level, string message, List<KeyValuePair<string, object?>> fields, Exception? exception)
    {
        var line = new StringBuilder(Now()).Append(' ').Append(Word(level).PadRight(8)).Append(PlainText.OneLine(message));
        foreach (var field in fields.Where(field => Extra.Contains(field.Key) && !message.Contains(Value(field.Value), StringComparison.Ordinal)))
        {
            line.Append(CultureInfo.InvariantCulture, $" {Key(field.Key)}={PlainText.OneLine(Value(field.Value))}");
        }

        // Indented: none of its lines can be taken for one of the log.
        foreach (var part in exception?.ToString().Split('\n') ?? [])
        {
            line.Append("\n    ").Append(PlainText.OneLine(part.TrimEnd('\r')));
        }

        return line.ToString();
    }

    private string Json(LogLevel level, string category, string message, List<KeyValuePair<string, object?>> fields, Exception? exception)
    {
        var bytes = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(bytes))
        {
            writer.WriteStartObject();
            writer.WriteString("time", Now());
            writer.WriteString("level", Word(level));
            writer.WriteString("logger", category[(category.LastIndexOf('.') + 1)..]);
            writer.WriteString("message", message);
            foreach (var field in fields.DistinctBy(field => Key(field.Key)).Where(field => Key(field.Key) is not ("time" or "level" or "logger" or "message" or "exception")))
            {
                writer.WriteString(Key(field.Key), Value(field.Value));
            }

            if (exception is not null)
            {
                writer.WriteString("exception", exception.ToString());
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    private string Now() => InstantPattern.ExtendedIso.Format(Instant.FromUnixTimeMilliseconds(clock.GetCurrentInstant().ToUnixTimeMilliseconds()));

    private static string Key(string field) => field.Length == 0 ? "field" : char.ToLowerInvariant(field[0]) + field[1..];

    private static string Value(object? value) => value switch
    {
        null => "",
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    private static string Word(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warning",
        LogLevel.Error => "error",
        LogLevel.Critical => "critical",
        LogLevel.None => "",
        _ => "info",
    };
}
