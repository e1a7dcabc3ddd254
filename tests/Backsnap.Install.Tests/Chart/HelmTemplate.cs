using System.Text.Json.Nodes;
using Backsnap.Host.Tests;
using Backsnap.Install.Tests.Running;

namespace Backsnap.Install.Tests.Chart;

/// <summary>The chart, rendered by tests/Backsnap.Install.Tests/Tools/helm-template, which scripts/test.sh builds.</summary>
/// <param name="Files">What each template became.</param>
/// <param name="Notes">What is said after the installation.</param>
internal sealed record HelmTemplate(IReadOnlyDictionary<string, string> Files, string Notes)
{
    /// <summary>The directory of the chart.</summary>
    public static string Directory { get; } = Repository.At("charts/backsnap");

    /// <summary>All rendered objects.</summary>
    public JsonObject[] Objects => [.. Files.Values.SelectMany(Running.Objects.Read)];

    /// <summary>The release <c>backsnap</c> in <c>backsnap-system</c> with these values; it must render.</summary>
    public static async Task<HelmTemplate> Render(string values = "{}", string release = "backsnap")
    {
        var (status, output, errors) = await Try(values, release);
        Assert.True(status == 0, errors);
        var rendered = JsonNode.Parse(output)!;
        return new HelmTemplate(
            rendered["manifests"]!.AsObject().OrderBy(file => file.Key, StringComparer.Ordinal).ToDictionary(file => file.Key, file => (string)file.Value!),
            (string)rendered["notes"]!);
    }

    /// <summary>The same, where it may be refused.</summary>
    public static async Task<(int Status, string Output, string Errors)> Try(string values, string release = "backsnap")
    {
        var program = Tools.InRepository("bin/helm-template");
        Assert.False(program is null && Repository.RequiresTools, "helm-template is missing: run scripts/test.sh, which builds it");
        Skip.If(program is null, "helm-template is not built");
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, values);
            return await Command.Run(program!, [Directory, release, "backsnap-system", file, "monitoring.coreos.com/v1"]);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
