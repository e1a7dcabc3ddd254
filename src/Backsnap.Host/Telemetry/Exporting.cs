using Backsnap.Host.Cli;
using Backsnap.Host.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Backsnap.Host.Telemetry;

/// <summary>
/// Sends traces and metrics by OTLP. Where to, how, how often and as whose is read by OpenTelemetry's packages from the standard variables
/// (<c>OTEL_EXPORTER_OTLP_ENDPOINT</c>, <c>OTEL_EXPORTER_OTLP_PROTOCOL</c>, <c>OTEL_SERVICE_NAME</c>, <c>OTEL_METRIC_EXPORT_INTERVAL</c> and others).
/// A collector that is away is no trouble of the operator's: what it did not take is lost.
/// </summary>
internal sealed class Exporting : IAsyncDisposable
{
    // Series of one metric with a label for the claim: beyond, a cluster is better scraped.
    private const int MostClaims = 50_000;

    /// <summary>How long the end may take: less than an operator has to stop.</summary>
    private static readonly TimeSpan ToFlush = TimeSpan.FromSeconds(1);

    private readonly int toFlush;
    private readonly TracerProvider? traces;
    private readonly MeterProvider? counted;
    private readonly MeterProvider? present;
    private readonly Instruments? instruments;

    private Exporting(TelemetryOptions options, Figures figures, IConfiguration? configuration, TimeSpan toFlush)
    {
        this.toFlush = (int)toFlush.TotalMilliseconds;
        if (options.Traces)
        {
            traces = Sdk.CreateTracerProviderBuilder()
                .ConfigureServices(services => Configure(services, configuration))
                .SetResourceBuilder(Resource)
                .AddSource(Tracing.SourceName)
                .AddOtlpExporter()
                .Build();
        }

        if (options.Metrics)
        {
            instruments = new Instruments(figures);
            counted = Meters(Instruments.Counted, MetricReaderTemporalityPreference.Cumulative, configuration);
            // A gauge has no temporality; asked for differences, the package forgets those that are not told any more.
            present = Meters(Instruments.Present, MetricReaderTemporalityPreference.Delta, configuration);
        }
    }

    /// <summary>Begins to send, until disposed.</summary>
    /// <param name="options">What is sent.</param>
    /// <param name="figures">What metrics tell.</param>
    /// <param name="configuration">Stands in for the environment's variables.</param>
    /// <param name="toFlush">How long it may take to send what is left at the end; a second where nothing is said.</param>
    public static Exporting Start(TelemetryOptions options, Figures figures, IConfiguration? configuration = null, TimeSpan? toFlush = null) => new(options, figures, configuration, toFlush ?? ToFlush);

    /// <summary>Sends what is left, within the time for it, and ends.</summary>
    /// <remarks>The packages end by blocking. On threads of the pool that would keep from it the very threads on which answers come.</remarks>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(
            OnItsOwnThread(() => traces?.Shutdown(toFlush)),
            OnItsOwnThread(() => counted?.Shutdown(toFlush)),
            OnItsOwnThread(() => present?.Shutdown(toFlush)));
        traces?.Dispose();
        counted?.Dispose();
        present?.Dispose();
        instruments?.Dispose();
    }

    private static Task OnItsOwnThread(Action what) => Task.Factory.StartNew(what, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static MeterProvider Meters(string meter, MetricReaderTemporalityPreference temporality, IConfiguration? configuration) => Sdk.CreateMeterProviderBuilder()
        .ConfigureServices(services => Configure(services, configuration))
        .SetResourceBuilder(Resource)
        .AddMeter(meter)
        .AddView(instrument => Catalogue.All.Any(metric => metric.Name == instrument.Name && metric.Labels.Contains("persistentvolumeclaim"))
            ? new MetricStreamConfiguration { CardinalityLimit = MostClaims }
            : null)
        .AddOtlpExporter((_, reader) => reader.TemporalityPreference = temporality)
        .Build();

    // What the environment says of the service goes before what is said here.
    private static ResourceBuilder Resource => ResourceBuilder.CreateEmpty()
        .AddService("backsnap", serviceVersion: VersionCommand.Version, autoGenerateServiceInstanceId: false, serviceInstanceId: Environment.MachineName)
        .AddTelemetrySdk()
        .AddEnvironmentVariableDetector();

    private static void Configure(IServiceCollection services, IConfiguration? configuration)
    {
        if (configuration is not null)
        {
            services.AddSingleton(configuration);
        }
    }
}
