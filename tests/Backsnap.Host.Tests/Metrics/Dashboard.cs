using System.Text.Json;

namespace Backsnap.Host.Tests.Metrics;

/// <summary>The dashboard for Grafana, read as what it is: panels with queries.</summary>
internal static class Dashboard
{
    public static JsonElement Root { get; } = JsonDocument.Parse(File.ReadAllText(Path.Combine(Watched.Root, "config", "grafana", "backsnap.json"))).RootElement;

    /// <summary>Every panel, those of rows included.</summary>
    public static IEnumerable<JsonElement> Panels() => Root.GetProperty("panels").EnumerateArray();

    /// <summary>Every query, with Grafana's variables filled in as it would.</summary>
    public static IEnumerable<string> Expressions() => Panels()
        .Where(panel => panel.TryGetProperty("targets", out _))
        .SelectMany(panel => panel.GetProperty("targets").EnumerateArray())
        .Select(target => Filled(target.GetProperty("expr").GetString()!));

    private static string Filled(string query) => query
        .Replace("$__rate_interval", "5m", StringComparison.Ordinal).Replace("$__range", "1h", StringComparison.Ordinal)
        .Replace("$namespace", ".*", StringComparison.Ordinal).Replace("$claim", ".*", StringComparison.Ordinal);
}
