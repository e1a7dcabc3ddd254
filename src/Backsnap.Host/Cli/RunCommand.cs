using System.CommandLine;
using System.Threading.Channels;
using Backsnap.Host.Logs;
using Backsnap.Host.Metrics;
using Backsnap.Host.Observation;
using Backsnap.Host.Operator;
using Backsnap.Host.Operator.Events;
using Backsnap.Host.Telemetry;
using Backsnap.Kubernetes;
using Backsnap.Planner;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using NodaTime;

namespace Backsnap.Host.Cli;

/// <summary><c>backsnap run</c>: the operator, until it is told to stop.</summary>
internal static class RunCommand
{
    // Enough to keep an API server busy, few enough not to be throttled by its fairness.
    private const int AtOnce = 16;

    /// <summary>The command.</summary>
    /// <param name="environment">The environment variables that stand in for flags.</param>
    public static Command Create(Func<string, string?> environment)
    {
        var command = new Command("run", "Run the operator against a cluster.");
        var dryRun = new Option<bool>("--dry-run") { Description = "Plan and print whenever something changes; change nothing." };
        command.Options.Add(dryRun);
        var options = Flags.All.ToDictionary(flag => flag, flag => flag.ToOption());
        foreach (var option in options.Values)
        {
            command.Options.Add(option);
        }

        command.SetAction(parsed => OperatorOptions.Read(parsed, options, environment, complete: !parsed.GetValue(dryRun)).Match(
            Fail: problems => Complaint.Say(Complaint.BadInput, problems),
            Succ: read => Connecting.Find(read, environment).Match(
                connection => Run(read, connection, TelemetryOptions.Read(environment), parsed.GetValue(dryRun)).GetAwaiter().GetResult(),
                error => Complaint.Say(Complaint.BadInput, error.Explain()))));
        return command;
    }

    private static async Task<int> Run(OperatorOptions options, KubeConnection connection, TelemetryOptions telemetry, bool dryRun)
    {
        using var stop = new Interruption();
        var clock = new ClusterClock(SystemClock.Instance, TimeProvider.System);
        var health = new OperatorHealth(clock);
        using var api = new KubernetesClient(
            connection, new ClientOptions { OnRequest = record => Note(record, health.Figures, clock), RequestsPerSecond = options.ApiLimit.PerSecond, Burst = options.ApiLimit.Burst });
        Connecting.Readiness ready;
        try
        {
            ready = await Connecting.Preflight(api.With(Connecting.Impatient), options.Settings, stop.Token);
        }
        catch (OperationCanceledException)
        {
            // Told to stop before anything had begun.
            return 0;
        }

        if (ready.Refusals.Count > 0)
        {
            return Complaint.Say(Complaint.Unable, ready.Refusals);
        }

        await using var app = Build(options, connection, api, health, clock, dryRun, ready);
        var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Backsnap");
        clock.Log = log;
        // Nothing of it is loaded where nobody asked for it.
        await using var exporting = telemetry.Any ? Exporting.Start(telemetry, health.Figures) : null;
        foreach (var warning in options.Warnings.AsEnumerable().Concat(telemetry.Warnings).Concat(new[] { ready.NoMaintenance, ready.NoEvents }.OfType<string>()))
        {
            log.LogWarning("{Warning}", warning);
        }

        log.LogInformation(
            "Backsnap {Version} at {Server}: repositories under {Repository}, credentials {Keys}{Manual}{DryRun}",
            VersionCommand.Version, connection.Server, options.Settings.Mover.Repository, options.Credentials.Keys.IsEmpty ? "none" : string.Join(", ", options.Credentials.Keys),
            options.Settings.Manual ? ", no backups of its own (--manual)" : "", dryRun ? ", changing nothing (--dry-run)" : "");
        try
        {
            await app.StartAsync(stop.Token);
        }
        catch (OperationCanceledException)
        {
            return 0;
        }
        catch (Exception taken) when (taken is IOException or System.Net.Sockets.SocketException)
        {
            return Complaint.Say(Complaint.Unable, $"cannot listen where --metrics-bind-address and --health-probe-bind-address say: {taken.Message.TrimEnd('.')}; name others, or 0 for none");
        }

        try
        {
            return await app.Services.GetRequiredService<OperatorRun>().Until(app, stop.Token);
        }
        catch (Exception bug)
        {
            // Whoever restarts the process starts from the cluster's objects; what is lost is only the reason, unless it is told here.
            log.LogCritical(bug, "The operator ended by an error of its own; please report this");
            return Complaint.Unable;
        }
    }

    private static void Note(RequestRecord record, Figures figures, ClusterClock clock)
    {
        if (record.Date is { } date)
        {
            clock.Hear(date, record.Duration);
        }

        figures.Asked(record);
        Tracing.Asked(record);
    }

    private static WebApplication Build(OperatorOptions options, KubeConnection connection, IKubernetesApi api, OperatorHealth health, ClusterClock clock, bool dryRun, Connecting.Readiness ready)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().SetMinimumLevel(options.LogLevel).AddFilter("Microsoft", LogLevel.Warning);
        builder.Logging.AddConsole(console => console.FormatterName = LineFormatter.FormatterName);
        builder.Services.AddSingleton<ConsoleFormatter>(new LineFormatter(options.JsonLog, SystemClock.Instance));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1.5));
        var memory = new Recollection();
        var sightings = Channel.CreateUnbounded<Sighting>(new UnboundedChannelOptions { SingleReader = true });
        builder.Services
            .AddSingleton(api)
            .AddSingleton(options)
            .AddSingleton(options.Settings)
            .AddSingleton(options.Credentials)
            .AddSingleton<IClock>(clock)
            .AddSingleton(TimeProvider.System)
            .AddSingleton<Planning>(memory.Next)
            .AddSingleton<Checking>(memory.Check)
            .AddSingleton(sightings.Reader)
            .AddSingleton(sightings.Writer)
            .AddSingleton(new ClusterCache(options.Settings.Scope.Only.Count, ready.NoMaintenance is null, options.Settings.MoverNamespace, options.Settings.Mover.TagLabels))
            .AddSingleton(services => new TroubleBook(services.GetRequiredService<IClock>(), Random.Shared))
            .AddSingleton(health)
            .AddSingleton(new Executor(api, options.Credentials, options.Settings.MoverNamespace))
            .AddSingleton<Reporter>()
            .AddSingleton(services => new EventQueue(services.GetRequiredService<IClock>(), health.Figures))
            .AddSingleton(services => new EventWriter(
                services.GetRequiredService<EventQueue>(), api, Environment.MachineName, services.GetRequiredService<IClock>(), TimeProvider.System, health.Figures, services.GetRequiredService<ILogger<EventWriter>>()))
            .AddSingleton(services => new Followers(api, [.. options.Settings.Scope.Only], sightings.Writer, services.GetRequiredService<ILogger<Followers>>(), ready.NoMaintenance is null, ready.NoEvents is null, options.Settings.MoverNamespace))
            .AddSingleton(services => new LeaderElection(
                api, options.LeaderElectNamespace.Length > 0 ? options.LeaderElectNamespace : connection.Namespace ?? "default", Identity, TimeProvider.System, services.GetRequiredService<ILogger<LeaderElection>>()))
            .AddSingleton(services => ActivatorUtilities.CreateInstance<Round>(services, AtOnce))
            .AddSingleton<HeadwayReader>()
            .AddSingleton(Thrift.OfProcess(TimeProvider.System))
            .AddSingleton<OperatorLoop>()
            .AddSingleton<DryRunLoop>()
            .AddSingleton(services => new OperatorRun(
                services.GetRequiredService<Followers>(), services.GetRequiredService<LeaderElection>(), services.GetRequiredService<OperatorLoop>(), services.GetRequiredService<DryRunLoop>(),
                services.GetRequiredService<HeadwayReader>(), services.GetRequiredService<EventWriter>(), services.GetRequiredService<OperatorHealth>(), options.LeaderElect && !dryRun, dryRun));
        var endpoints = Endpoints.Bind(builder, options.MetricsAddress, options.HealthAddress);
        var app = builder.Build();
        endpoints(app);
        return app;
    }

    // One for a process, ever: pods on their host's network have one host name and, each in its container, one process id.
    private static string Identity { get; } = $"{Environment.MachineName}_{Guid.NewGuid():N}";
}
