using LanguageExt;

namespace Backsnap.Host.Telemetry;

/// <summary>
/// Whether traces and metrics are sent, by the standard variables of OpenTelemetry. Only what decides that is read here; where to, how and with what
/// headers is read by OpenTelemetry's own packages. Unlike theirs, nothing is sent where no endpoint and no exporter is named.
/// </summary>
/// <param name="Traces">Whether traces are sent.</param>
/// <param name="Metrics">Whether metrics are sent.</param>
/// <param name="Warnings">What could not be understood, in sentences.</param>
internal sealed record TelemetryOptions(bool Traces, bool Metrics, Seq<string> Warnings)
{
    private static readonly string[] Protocols = ["", "grpc", "http/protobuf"];

    /// <summary>Whether anything is sent.</summary>
    public bool Any => Traces || Metrics;

    /// <summary>Reads the environment.</summary>
    public static TelemetryOptions Read(Func<string, string?> environment)
    {
        if (string.Equals(environment("OTEL_SDK_DISABLED"), "true", StringComparison.OrdinalIgnoreCase))
        {
            return new(Traces: false, Metrics: false, Seq<string>.Empty);
        }

        var (traces, metrics) = (Signal("TRACES", environment), Signal("METRICS", environment));
        return new(traces.On, metrics.On, traces.Warnings.Concat(metrics.Warnings).Distinct().ToSeq().Strict());
    }

    private static (bool On, IEnumerable<string> Warnings) Signal(string signal, Func<string, string?> environment)
    {
        var exporter = (environment($"OTEL_{signal}_EXPORTER") ?? "").Trim();
        var endpoint = Either(environment, signal, "ENDPOINT");
        var protocol = Either(environment, signal, "PROTOCOL");
        var wanted = exporter == "otlp" || (exporter.Length == 0 && endpoint.Value.Length > 0);
        return exporter is not ("" or "otlp" or "none") ? (false, [$"OTEL_{signal}_EXPORTER is '{exporter}', which is not known here: write otlp or none. No {signal.ToLowerInvariant()} are sent"])
            : !wanted ? (false, [])
            : endpoint.Value.Length > 0 && !IsAddress(endpoint.Value) ? (false, [$"{endpoint.Name} is '{endpoint.Value}', which is no http or https address. No {signal.ToLowerInvariant()} are sent"])
            : !Protocols.Contains(protocol.Value) ? (false, [$"{protocol.Name} is '{protocol.Value}', which is not known here: write grpc or http/protobuf. No {signal.ToLowerInvariant()} are sent"])
            : (true, []);
    }

    // The variable of the signal, or that of all.
    private static (string Name, string Value) Either(Func<string, string?> environment, string signal, string what)
    {
        var own = $"OTEL_EXPORTER_OTLP_{signal}_{what}";
        var common = $"OTEL_EXPORTER_OTLP_{what}";
        return environment(own) is { Length: > 0 } value ? (own, value.Trim()) : (common, (environment(common) ?? "").Trim());
    }

    private static bool IsAddress(string text) => Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https";
}
