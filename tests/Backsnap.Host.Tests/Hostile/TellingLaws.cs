using System.Text.Json;
using Backsnap.Domain.Claims;
using Backsnap.Domain.Objects;
using Backsnap.Host.Cli;
using Backsnap.Host.Logs;
using Backsnap.Host.Operator;
using Backsnap.Host.Operator.Events;
using Backsnap.Host.Tests.Operator;
using Backsnap.Planner;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Host.Tests.Hostile;

/// <summary>What tenants and servers wrote is repeated in Events and in the log; there it can look like nobody else's word.</summary>
public sealed class TellingLaws
{
    private static readonly Identity Orders =
        new(NamespaceName.Trusted("shop"), "orders", new Uid("u1"), "7", Instant.FromUtc(2026, 11, 1, 8, 0), Deleting: false, None, default);

    [Fact]
    public void An_Event_is_one_line_about_its_own_object() => Laws.Hold(Laws.AnyText, text =>
    {
        var news = new News(ObjectKind.Claim, Orders, isWarning: true, "Schedule", "InvalidSchedule", $"schedule '{text}' is not valid");
        var told = JsonDocument.Parse(ManifestJson.Bytes(news.Manifest("operator-1", Observed.Once(news, HandClock.AtNight().GetCurrentInstant())))).RootElement;
        string? At(params string[] path) => path.Aggregate(told, (found, step) => found.GetProperty(step)).GetString();
        var note = At("note") ?? "";
        return note == PlainText.OneLine(note) && note.StartsWith("schedule '", StringComparison.Ordinal) && DnsName.IsSubdomain(At("metadata", "name")!)
            && (At("type"), At("reason"), At("metadata", "namespace"), At("regarding", "namespace"), At("regarding", "name"), At("regarding", "uid"))
                == ("Warning", "InvalidSchedule", "shop", "shop", "orders", "u1");
    }, 300);

    [Fact]
    public void A_line_of_JSON_has_the_operators_own_time_level_and_fields() => Laws.Hold(Laws.AnyText, text =>
    {
        var action = new PlannedAction.SetStatus(
            ObjectKind.PvcBackup, Orders, Node.Object(Node.Set("phase", "Failed"), Node.Set("reason", "OutOfMemory"), Node.Set("message", text)), None, text);
        var line = Line(json: true, log => ActionLine.Log(log, LogLevel.Warning, action, $": {text}"));
        if (line.Count(letter => letter == '\n') != 1)
        {
            return false;
        }

        var fields = JsonDocument.Parse(line).RootElement.EnumerateObject().ToDictionary(field => field.Name, field => field.Value.GetString());
        return fields.Count == 10 && (fields["level"], fields["verb"], fields["namespace"], fields["name"], fields["phase"], fields["reason"]) == ("warning", "status", "shop", "orders", "Failed", "OutOfMemory");
    }, 300);

    [Fact]
    public void A_line_of_text_begins_with_the_operators_own_words_and_ends_there() => Laws.Hold(Laws.AnyText, text =>
    {
        var action = new PlannedAction.SetStatus(ObjectKind.PvcBackup, Orders, Node.Object(Node.Set("phase", "Failed"), Node.Set("reason", "OutOfMemory")), None, text);
        var line = Line(json: false, log => ActionLine.Log(log, LogLevel.Warning, action, $": {text}"));
        return line.Count(letter => letter == '\n') == 1 && line.EndsWith('\n') && line[..^1] == PlainText.OneLine(line[..^1])
            && line.StartsWith("2026-11-22T02:00:00Z warning status PVCBackup shop/orders: ", StringComparison.Ordinal);
    }, 300);

    private static string Line(bool json, Action<ILogger> write)
    {
        using var to = new StringWriter();
        write(new Written(new LineFormatter(json, HandClock.AtNight()), to));
        return to.ToString();
    }

    private sealed class Written(LineFormatter formatter, StringWriter to) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> format) =>
            formatter.Write(new LogEntry<TState>(logLevel, "Backsnap.Round", eventId, state, exception, format), null, to);
    }
}
