namespace Backsnap.Install.Tests.Docs;

/// <summary>A block that is neither run, nor shown as what a command prints, nor a manifest, nor a diagram.</summary>
/// <param name="Page">Its page.</param>
/// <param name="Begins">How its first line begins.</param>
/// <param name="Why">Why it is not run.</param>
internal sealed record Aside(string Page, string Begins, string Why)
{
    /// <summary>All of them. A block that is not among them is run.</summary>
    public static IReadOnlyList<Aside> All { get; } =
    [
        new("README.md", "scripts/try.sh", "they install packages; the one is the show on an embedded cluster, the other these tests"),
        new("README.md", "scripts/image.sh", "it publishes the program, which takes minutes"),
        new("docs/how-it-works.md", "watch ──►", "a drawing"),
        new("docs/install.md", "helm install", "there is no Helm here; ChartTests render the chart and apply what comes of it"),
        new("docs/metrics.md", "backsnap_backup_last_processed_bytes", "a query for Prometheus"),
        new("docs/mover.md", "{\"v\":1,", "an example of a result; ResultJsonTests hold its form"),
        new("docs/restore-without-backsnap.md", "restic restore latest --target /", "it writes to the machine's own /data"),
        new("docs/restore-without-backsnap.md", "restic dump latest /volume.img", "it writes to a device"),
        new("docs/scale.md", "dotnet publish", "measurements of many minutes"),
        new("docs/simulation.md", "scripts/simulate.sh", "it runs for an hour or a night"),
        new("docs/simulation.md", "told FLAGS", "the words of the tales' language"),
    ];
}
