using System.CommandLine;
using System.Globalization;
using System.Net;
using Backsnap.Domain.Backups;
using Backsnap.Domain.Claims;
using Backsnap.Domain.Movers;
using Backsnap.Domain.Schedules;
using Backsnap.Host.Operator;
using Backsnap.Planner;
using Backsnap.Planner.Maintenances;
using LanguageExt;
using Microsoft.Extensions.Logging;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Host.Cli;

/// <summary>Everything that <c>run</c> and <c>plan</c> were told, read and checked. Mistakes are collected, so that they can be mended at once.</summary>
internal sealed record OperatorOptions(
    Settings Settings, Credentials Credentials, string Kubeconfig, string Context, LanguageExt.Option<IPEndPoint> MetricsAddress, LanguageExt.Option<IPEndPoint> HealthAddress,
    bool LeaderElect, string LeaderElectNamespace, LogLevel LogLevel, bool JsonLog, Seq<string> Warnings)
{
    /// <summary>Requests a second to the API server, 0 for no limit; and how many at once.</summary>
    public (int PerSecond, int Burst) ApiLimit { get; init; }

    /// <summary>Reads the settings of a parsed command line and the environment.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="options">The parser's options, by flag.</param>
    /// <param name="environment">Environment variables.</param>
    /// <param name="complete">Whether what is needed to run movers (repository, password, image) must be there.</param>
    public static Validation<string, OperatorOptions> Read(ParseResult parsed, IReadOnlyDictionary<Flag, System.CommandLine.Option<string>> options, Func<string, string?> environment, bool complete)
    {
        var values = new FlagValues(parsed, options, environment);
        var credentials = CredentialSource.Read(values, environment);
        var repository = RepositoryAddress.Read(values, credentials.Match(Succ: found => found.Find("RESTIC_REPOSITORY"), Fail: _ => None), complete);
        var keys = credentials.Bind(found => PasswordScopes.Read(values, found).Map(scope => (Secrets: found, Passwords: scope)));
        return (keys, repository, ReadPlanning(values), ReadMover(values, complete), ReadProcess(values), Complete(credentials, complete))
            .Apply((given, address, planning, mover, process, _) => (given.Secrets, given.Passwords, Address: address, Planning: planning, Mover: mover, Process: process))
            .Map(read => Assemble(read.Secrets, read.Passwords, read.Address, read.Planning, read.Mover, read.Process, values));
    }

    private static OperatorOptions Assemble(
        Credentials secrets, PasswordScope passwords, string address, Settings planning, MoverSettings mover,
        (bool LeaderElect, LogLevel Level, bool Json, LanguageExt.Option<IPEndPoint> Metrics, LanguageExt.Option<IPEndPoint> Health, (int PerSecond, int Burst) ApiLimit) process, FlagValues values) => new(
            planning with
            {
                Mover = mover with
                {
                    Repository = address,
                    SecretKeys = secrets.Keys.Filter(key => key != "RESTIC_REPOSITORY").Strict(),
                    CustomAuthority = secrets.HasAuthority,
                    Passwords = passwords,
                    Naming = secrets.Naming(passwords),
                },
            },
            secrets, values.Text(Flags.Kubeconfig), values.Text(Flags.Context), process.Metrics, process.Health,
            process.LeaderElect, values.Text(Flags.LeaderElectNamespace), process.Level, process.Json, values.Warnings())
        {
            ApiLimit = process.ApiLimit,
        };

    private static Validation<string, Settings> ReadPlanning(FlagValues values) => (
        (values.Names(Flags.Namespaces), values.Names(Flags.ExcludeNamespaces), values.Optional(Flags.MoverNamespace, text => NamespaceName.Parse(text).MapLeft(error => error.Message)))
            .Apply((only, except, movers) => (Names: new NamespaceScope(only, except), Movers: movers))
            .Bind(scope => scope.Movers.Exists(movers => scope.Names.Only.Contains(movers))
                ? Fail<string, (NamespaceScope Names, LanguageExt.Option<NamespaceName> Movers)>("--mover-namespace is among --namespaces: movers need a namespace of their own, where nobody keeps data")
                : Success<string, (NamespaceScope Names, LanguageExt.Option<NamespaceName> Movers)>(scope)),
        (values.Schedule(Flags.Schedule), values.Parse(Flags.Timezone, text => TimezoneName.Parse(text).MapLeft(error => error.Message)), values.Duration(Flags.ScheduleSpread))
            .Apply((schedule, zone, spread) => (Schedule: schedule, Zone: zone, Spread: spread)),
        (values.Switch(Flags.Manual), values.Switch(Flags.AllowCrossNamespaceRestore), values.Switch(Flags.CatchUp), values.Switch(Flags.BackupNewClaims), ReadVolumes(values))
            .Apply((manual, any, catchUp, newClaims, volumes) => (Manual: manual, AnyNamespace: any, CatchUp: catchUp, NewClaims: newClaims, volumes.Placement, volumes.ReadOnlyMany)),
        (values.Count(Flags.MaxRunningBackups), values.Duration(Flags.SleepBetweenBackups), values.Duration(Flags.Ttl), ReadLimits(values))
            .Apply((most, pause, ttl, limits) => (Most: most, Pause: pause, Ttl: ttl, Others: limits)),
        (values.Count(Flags.Retries, 0), values.Duration(Flags.FailedTtl), values.Count(Flags.FailedHistory), values.Count(Flags.FailedPods, 0))
            .Apply((retries, ttl, history, pods) => (Retries: retries, Ttl: ttl, History: history, Pods: pods)),
        ReadDeadlines(values),
        ReadMaintenance(values))
        .Apply((scope, when, mode, limits, failures, deadlines, maintenance) => new Settings(
            scope.Names, when.Schedule, when.Zone, when.Spread, mode.Manual, limits.Most, limits.Pause, values.Maybe(Flags.SnapshotClass), values.Maybe(Flags.StorageClass), limits.Ttl,
            mode.AnyNamespace, NoMover, deadlines)
        {
            MoverNamespace = scope.Movers,
            CatchUp = mode.CatchUp,
            BackupNewClaims = mode.NewClaims,
            Limits = limits.Others,
            Maintenance = maintenance,
            Placement = mode.Placement,
            ReadOnlyMany = mode.ReadOnlyMany,
            Retries = failures.Retries,
            FailedTtl = failures.Ttl,
            FailedHistory = failures.History,
            FailedPods = failures.Pods,
        });

    private static Validation<string, Limits> ReadLimits(FlagValues values) =>
        (values.Limit(Flags.MaxRunningPerDriver), values.Limit(Flags.MaxRunningPerNode), values.Limit(Flags.MaxUnreadySnapshots), values.Limit(Flags.MaxDeletionsPerPlan))
            .Apply((driver, node, unready, deletions) => new Limits(driver, node, unready, deletions));

    private static Validation<string, (Placement Placement, bool ReadOnlyMany)> ReadVolumes(FlagValues values) => (
        values.Parse(Flags.NodeSelector, PlacementText.Labels), values.Parse(Flags.Tolerations, PlacementText.Tolerations), values.Parse(Flags.PriorityClass, PlacementText.PriorityClass),
        values.Parse(Flags.MoverLabels, PlacementText.Labels), values.Parse(Flags.MoverAnnotations, PlacementText.Annotations), values.Switch(Flags.ReadOnlyMany))
        .Apply((nodes, tolerations, priority, labels, annotations, shared) => (new Placement(nodes, tolerations, priority, labels, annotations), shared));

    private static MoverSettings NoMover => new("", None, "", Seq<string>(), CustomAuthority: false, "", Duration.Zero, "", "", "");

    private static Validation<string, Deadlines> ReadDeadlines(FlagValues values) =>
        (values.Duration(Flags.SnapshotTimeout), values.Duration(Flags.PodStartTimeout), values.Duration(Flags.JobTimeout))
            .Apply((snapshot, start, job) => Deadlines.Default with { ClaimBound = snapshot, Snapshot = snapshot, PodStart = start, Job = job });

    private static Validation<string, MaintenanceSettings> ReadMaintenance(FlagValues values) =>
        (values.Schedule(Flags.PruneSchedule), values.Schedule(Flags.CheckSchedule), values.Duration(Flags.CheckReadAllWithin), values.Count(Flags.MaxRunningMaintenance))
            .Apply((prune, check, within, most) => new MaintenanceSettings(prune, check, within, most));

    private static Validation<string, MoverSettings> ReadMover(FlagValues values, bool complete) => (
        values.Duration(Flags.StoreTimeout),
        values.Cpu(Flags.MoverCpuRequest),
        values.Amount(Flags.MoverMemoryRequest),
        values.Amount(Flags.MoverMemoryLimit),
        values.Retention(Flags.Retention),
        values.Text(Flags.Image).Length > 0 || !complete
            ? Success<string, string>(values.Text(Flags.Image))
            : Fail<string, string>("no image is named for the mover's pods: set --image (or BACKSNAP_IMAGE)"))
        .Apply((probe, cpu, request, limit, keep, image) => new MoverSettings(
            image, values.Maybe(Flags.ImagePullSecret), "", Seq<string>(), CustomAuthority: false, keep, probe, cpu, request, limit))
        .Bind(mover => ReadMoverDetails(values, mover));

    private static Validation<string, MoverSettings> ReadMoverDetails(FlagValues values, MoverSettings mover) => (
        values.Parse(Flags.RepositoryPath, RepositoryPath.Parse),
        values.UpTo(Flags.ShrinkThreshold, 100),
        values.UpTo(Flags.MoverNice, 19),
        values.Optional(Flags.MoverUid, text => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var uid) && uid is > 0 and <= int.MaxValue
            ? Right<string, long>(uid)
            : Left<string, long>($"'{text}' is not the number of a user other than root")),
        values.Optional(Flags.CacheSize, text => Quantity.Parse(text).Map(_ => text)),
        values.Parse(Flags.TagLabels, PlacementText.LabelNames))
        .Apply((path, threshold, nice, uid, cache, labels) => mover with
        {
            TagLabels = labels,
            Path = path,
            ShrinkThreshold = threshold,
            Niceness = nice,
            User = uid,
            ServiceAccount = values.Maybe(Flags.MoverServiceAccount),
            CacheSize = cache,
            CacheClass = values.Maybe(Flags.CacheStorageClass),
        });

    private static Validation<string, (bool LeaderElect, LogLevel Level, bool Json, LanguageExt.Option<IPEndPoint> Metrics, LanguageExt.Option<IPEndPoint> Health, (int PerSecond, int Burst) ApiLimit)> ReadProcess(FlagValues values) => (
        values.Switch(Flags.LeaderElect),
        values.Parse(Flags.LogLevel, text => text.ToLowerInvariant() switch
        {
            "debug" => Right<string, LogLevel>(LogLevel.Debug),
            "info" or "information" => Right<string, LogLevel>(LogLevel.Information),
            "warning" or "warn" => Right<string, LogLevel>(LogLevel.Warning),
            "error" => Right<string, LogLevel>(LogLevel.Error),
            _ => Left<string, LogLevel>($"'{text}' is not a log level: write debug, info, warning or error"),
        }),
        values.Parse(Flags.LogFormat, text => text switch
        {
            "text" => Right<string, bool>(false),
            "json" => Right<string, bool>(true),
            _ => Left<string, bool>($"'{text}' is not a log format: write text or json"),
        }),
        values.Parse(Flags.MetricsBindAddress, Endpoints.Parse),
        values.Parse(Flags.HealthProbeBindAddress, Endpoints.Parse),
        (values.Limit(Flags.KubeApiQps), values.Count(Flags.KubeApiBurst, 1)).Apply((rate, burst) => (PerSecond: rate, Burst: burst)))
        .Apply((elect, level, json, metrics, health, limit) => (elect, level, json, metrics, health, limit));

    private static Validation<string, Unit> Complete(Validation<string, Credentials> credentials, bool complete) => credentials.Match(
        Succ: found => !complete || found.Has("RESTIC_PASSWORD") || found.Has("RESTIC_PASSWORD_COMMAND")
            ? Success<string, Unit>(unit)
            : Fail<string, Unit>("no password for the restic repositories: put RESTIC_PASSWORD into the environment or into --secret-file"),
        Fail: _ => Success<string, Unit>(unit));
}
