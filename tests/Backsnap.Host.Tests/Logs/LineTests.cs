using System.Text.Json;
using Backsnap.Domain.Objects;
using Backsnap.Host.Logs;
using Backsnap.Host.Tests.Metrics;
using Backsnap.Host.Tests.Operator;
using Backsnap.Planner;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Backsnap.Host.Tests.Logs;

/// <summary>What a line of the log looks like, whoever wrote what is in it.</summary>
public sealed class LineTests
{
    private static readonly PlannedAction Failed = new PlannedAction.SetStatus(
        ObjectKind.PvcBackup, Watched.Cluster.Backups.Find(backup => backup.Id.Name == "users-20261122-000000").IfNone(() => throw new InvalidOperationException()).Id,
        Node.Object(Node.Set("phase", "Failed"), Node.Set("reason", "OutOfMemory")), default, "it failed");

    [Fact]
    public void A_line_about_an_action_is_a_sentence_with_what_it_leaves_out_behind_it() => Assert.Equal(
        "2026-11-22T02:00:00Z info    status PVCBackup shop/users-20261122-000000: it failed phase=Failed reason=OutOfMemory\n", Written(json: false, log => ActionLine.Log(log, LogLevel.Information, Failed, ": it failed")));

    [Fact]
    public void As_json_each_of_its_parts_is_a_field() => Assert.Equal(
        """
        {"time":"2026-11-22T02:00:00Z","level":"error","logger":"Round","message":"status PVCBackup shop/users-20261122-000000 failed: no","verb":"status","kind":"PVCBackup","namespace":"shop","name":"users-20261122-000000","phase":"Failed","reason":"OutOfMemory"}

        """,
        Written(json: true, log => ActionLine.Log(log, LogLevel.Error, Failed, " failed: no")));

    [Fact]
    public void What_is_made_for_a_slot_names_the_slot()
    {
        var plan = Planner.Planner.Plan(Watched.Cluster, Watched.Settings, Watched.Monday + NodaTime.Duration.FromHours(2));
        var create = plan.Actions.Filter(action => action is PlannedAction.Create { Object.Kind.Kind: "PVCBackup" }).Head;
        Assert.Contains("\"slot\":\"2026-11-23T02:30:00Z\"", Written(json: true, log => ActionLine.Log(log, LogLevel.Information, create, ": due")), StringComparison.Ordinal);
    }

    [Fact]
    public void Nobody_can_forge_a_line_of_text() => Laws.Hold(Laws.AnyText, text =>
    {
        var line = Written(json: false, log => log.LogWarning("Claim {Claim}: {Reason}", "shop/a", text));
        return line.Count(c => c == '\n') == 1 && line.EndsWith('\n') && !line[..^1].Any(char.IsControl);
    }, 300);

    [Fact]
    public void Nobody_can_forge_a_line_or_a_field_of_json()
    {
        foreach (var text in (string[])["a\nb", "\u001b[31m", "\",\"level\":\"info", "\u2028", "\ud800"])
        {
            var line = Written(json: true, log => log.LogWarning("{Message} {Level} {Why}", "x", "debug", text));
            Assert.Equal(1, line.Count(c => c == '\n'));
            var read = JsonDocument.Parse(line).RootElement;
            Assert.Equal("warning", read.GetProperty("level").GetString());
            Assert.Equal(5, read.EnumerateObject().Count());
        }
    }

    [Fact]
    public void The_lines_of_an_error_are_indented()
    {
        var line = Written(json: false, log => log.LogCritical(new InvalidOperationException("first\n2026-11-22T02:00:00Z info    forged"), "ended"));
        Assert.All(line.TrimEnd('\n').Split('\n').Skip(1), part => Assert.StartsWith("    ", part, StringComparison.Ordinal));
    }

    private static string Written(bool json, Action<ILogger> write)
    {
        var log = new Paper(new LineFormatter(json, HandClock.AtNight()));
        write(log);
        return log.Text.ToString();
    }

    private sealed class Paper(LineFormatter formatter) : ILogger
    {
        public StringWriter Text { get; } = new();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter1) =>
            formatter.Write(new LogEntry<TState>(logLevel, "Backsnap.Host.Operator.Round", eventId, state, exception, formatter1), null, Text);
    }
}
