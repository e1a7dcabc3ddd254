using Backsnap.Host.Telemetry;

namespace Backsnap.Host.Tests.Telemetry;

/// <summary>When traces and metrics are sent, by the variables that everybody's programs have.</summary>
public sealed class TelemetryOptionsTests
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT=http://collector:4318";

    [Theory]
    [InlineData("", false, false)]
    [InlineData("OTEL_SERVICE_NAME=x", false, false)]
    [InlineData(Endpoint, true, true)]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://collector:4318/v1/traces", true, false)]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=https://collector:4318/v1/metrics", false, true)]
    [InlineData(Endpoint + " OTEL_TRACES_EXPORTER=none", false, true)]
    [InlineData(Endpoint + " OTEL_METRICS_EXPORTER=none", true, false)]
    [InlineData("OTEL_TRACES_EXPORTER=otlp", true, false)]
    [InlineData(Endpoint + " OTEL_SDK_DISABLED=TRUE", false, false)]
    [InlineData(Endpoint + " OTEL_SDK_DISABLED=no", true, true)]
    [InlineData(Endpoint + " OTEL_EXPORTER_OTLP_PROTOCOL=grpc", true, true)]
    [InlineData(Endpoint + " OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf", true, true)]
    public void Only_what_is_asked_for_is_sent(string variables, bool traces, bool metrics)
    {
        var read = Read(variables);
        Assert.Equal((traces, metrics), (read.Traces, read.Metrics));
        Assert.Empty(read.Warnings);
    }

    [Theory]
    [InlineData(Endpoint + " OTEL_TRACES_EXPORTER=zipkin", false, true, "OTEL_TRACES_EXPORTER is 'zipkin'")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=collector:4318", false, false, "OTEL_EXPORTER_OTLP_ENDPOINT is 'collector:4318'")]
    [InlineData(Endpoint + " OTEL_EXPORTER_OTLP_METRICS_PROTOCOL=http/json", true, false, "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL is 'http/json'")]
    public void What_cannot_be_understood_is_said_and_sends_nothing(string variables, bool traces, bool metrics, string says)
    {
        var read = Read(variables);
        Assert.Equal((traces, metrics), (read.Traces, read.Metrics));
        Assert.All(read.Warnings, warning => Assert.StartsWith(says, warning, StringComparison.Ordinal));
        Assert.NotEmpty(read.Warnings);
    }

    private static TelemetryOptions Read(string variables)
    {
        var all = variables.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToDictionary(pair => pair.Split('=')[0], pair => pair.Split('=', 2)[1]);
        return TelemetryOptions.Read(all.GetValueOrDefault);
    }
}
