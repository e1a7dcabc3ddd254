namespace Backsnap.Architecture.Tests;

/// <summary>What each project may depend on. Whatever stands here in no list is forbidden.</summary>
internal static class Layers
{
    /// <summary>The rule of this repository: from each project of src to the projects and packages that it may use.</summary>
    public static IReadOnlyDictionary<string, string[]> Allowed { get; } = new Dictionary<string, string[]>
    {
        ["Backsnap.Domain"] = ["LanguageExt.Core", "NodaTime"],
        ["Backsnap.Planner"] = ["Backsnap.Domain", "LanguageExt.Core", "NodaTime"],
        ["Backsnap.Kubernetes"] = ["YamlDotNet"],
        ["Backsnap.Sandbox"] = ["Backsnap.Kubernetes", "Microsoft.AspNetCore", "Microsoft.Extensions", "YamlDotNet"],
        ["Backsnap.Host"] =
        [
            "Backsnap.Domain", "Backsnap.Planner", "Backsnap.Kubernetes", "Backsnap.Sandbox",
            "LanguageExt.Core", "NodaTime", "YamlDotNet", "System.CommandLine", "Microsoft.AspNetCore", "Microsoft.Extensions",
            "OpenTelemetry",
        ],
    };

    // Without code in what is built: analyzers, and the framework itself.
    private static readonly string[] Always = ["Microsoft.CodeAnalysis.BannedApiAnalyzers", "Microsoft.NETCore.App", "mscorlib", "netstandard"];

    private static readonly string[] NotOfTheFramework = ["System.CommandLine", "System.Reactive"];

    /// <summary>The dependencies that <paramref name="allowed"/> does not name, each in a sentence.</summary>
    public static string[] Violations(IReadOnlyDictionary<string, string[]> allowed, IEnumerable<(string From, string To)> dependencies) =>
    [
        .. dependencies.Where(one => !IsAllowed(allowed, one.From, one.To)).Select(one => $"{one.From} must not depend on {one.To}").Distinct(),
    ];

    private static bool IsAllowed(IReadOnlyDictionary<string, string[]> allowed, string from, string to) =>
        Always.Contains(to)
        || IsFramework(to)
        || (allowed.TryGetValue(from, out var targets) && targets.Any(target => IsOrIsPartOf(to, target)));

    private static bool IsFramework(string name) =>
        (IsOrIsPartOf(name, "System") || IsOrIsPartOf(name, "Microsoft.Win32")) && !NotOfTheFramework.Any(package => IsOrIsPartOf(name, package));

    // The framework's own assemblies come in families: Microsoft.AspNetCore.Http.Abstractions belongs to Microsoft.AspNetCore.
    private static bool IsOrIsPartOf(string name, string family) =>
        name == family || (!family.StartsWith("Backsnap.", StringComparison.Ordinal) && name.StartsWith(family + ".", StringComparison.Ordinal));
}
