using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text;
using Backsnap.Domain.Cluster;
using Backsnap.Host.Cli;
using Backsnap.Host.Metrics;
using Backsnap.Host.Tests.Operator;
using Backsnap.Planner;
using NodaTime;

namespace Backsnap.Host.Tests.Metrics;

/// <summary>An operator that has read cluster.yaml beside this file, on a Monday morning, as it shows itself to Prometheus.</summary>
internal static class Watched
{
    public static Instant Monday { get; } = Instant.FromUtc(2026, 11, 23, 1, 0);

    public static Settings Settings { get; } = Cli.Told.Of([]).Settings;

    public static string Beside(string file, [CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, file);

    /// <summary>The repository's root.</summary>
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Beside(""), "..", "..", ".."));

    public static ClusterState Cluster { get; } = ObjectFile.Read(Beside("cluster.yaml")).Match(
        Right: cache => cache.State(default), Left: why => throw new InvalidOperationException(why));

    /// <summary>An operator that has planned for a state.</summary>
    public static Figures Over(ClusterState state)
    {
        var figures = new Figures(new HandClock(Monday));
        figures.Leads(true);
        figures.Planned(state, Planner.Planner.Plan(state, Settings, Monday), Settings, TimeSpan.FromMilliseconds(2));
        return figures;
    }

    /// <summary>An operator that has also done everything once that is counted.</summary>
    public static Figures Busy()
    {
        var figures = Over(Cluster);
        var status = Domain.Objects.Node.Object(
            Domain.Objects.Node.Set("result", "Succeeded"), Domain.Objects.Node.Set("reason", "Succeeded"), Domain.Objects.Node.Set("duration", "1m30s"));
        figures.Acted(new PlannedAction.SetStatus(Domain.Objects.ObjectKind.PvcBackup, Cluster.Backups.Head.Id, status, default, "test"), "ok");
        figures.Acted(new PlannedAction.SetStatus(Domain.Objects.ObjectKind.PvcBackup, Cluster.Backups.Head.Id, Domain.Objects.Node.Object(
            Domain.Objects.Node.Set("result", "Failed"), Domain.Objects.Node.Set("reason", "WrongPassword")), default, "test"), "ok");
        figures.Asked(new Kubernetes.RequestRecord(new Kubernetes.ApiRequest("get", "https://cluster"), 200, null, TimeSpan.FromMilliseconds(3), 1));
        return figures;
    }

    /// <summary>The page.</summary>
    public static async Task<string> Page(IEnumerable<Sample> samples)
    {
        var pipe = new Pipe();
        var reading = new StreamReader(pipe.Reader.AsStream(), Encoding.UTF8).ReadToEndAsync();
        await TextFormat.WriteAsync(samples, pipe.Writer, default);
        await pipe.Writer.CompleteAsync();
        return await reading;
    }
}
