using System.Text.RegularExpressions;
using Backsnap.EndToEnd.Tests.Running;

namespace Backsnap.EndToEnd.Tests;

/// <summary>
/// The published program is compiled natively, where LanguageExt compares with .NET's comparers and what only reflection finds is gone: it must be the
/// program that all other tests are about.
/// </summary>
public sealed partial class PublishedTests
{
    private static readonly string[][] Commands =
    [
        ["--help"], ["run", "--help"], ["plan", "--help"], ["explain", "--help"], ["schedule", "--help"], ["mover", "--help"], ["mover", "backup", "--help"],
        ["mover", "restore", "--help"], ["tree", "--help"], ["version"], ["crds"],
        ["schedule", "H 3 * * 1-5", "--after", "2026-11-28T00:00:00Z"], ["schedule", "CRON_TZ=Europe/Amsterdam 30 2 L * *", "--after", "2026-11-28T00:00:00Z"],
        ["schedule", "@every 90m", "--after", "2026-11-28T00:00:00Z"], ["schedule", "61 * * * *"], ["schedule", "0 3 * * MONDAY"], ["run", "--nope"], ["mover", "backup"],
    ];

    [SkippableFact]
    public async Task The_published_program_says_the_same_words_as_every_other_build()
    {
        Skip.If(E2ESettings.Program is null, "BACKSNAP_E2E_PROGRAM names no published program");
        foreach (var command in Commands)
        {
            Assert.Equal(await BacksnapProcess.Run(null, command), await BacksnapProcess.Run(E2ESettings.Program, command));
        }
    }

    [SkippableFact]
    public async Task The_published_program_plans_and_explains_the_same_words_as_every_other_build()
    {
        Skip.If(E2ESettings.Program is null, "BACKSNAP_E2E_PROGRAM names no published program");
        await using var scenario = await Scenario.Begin();
        await scenario.FilledClaim("orders", seed: 47, schedule: "H 3 * * 1-5");
        await scenario.FilledClaim("nonsense", seed: 48, schedule: "61 * * * *");
        await scenario.Create(Backsnap.Kubernetes.Resources.PvcBackups, scenario.Namespace, Manifests.Backup(scenario.Namespace, "by-hand", "orders", null));

        foreach (var command in new[]
        {
            scenario.Flags("-o", "json").Prepend("plan"), scenario.Flags("-o", "yaml").Prepend("plan"), scenario.Flags().Prepend("plan"),
            scenario.Flags().Prepend($"{scenario.Namespace}/orders").Prepend("explain"), scenario.Flags().Prepend($"{scenario.Namespace}/nonsense").Prepend("explain"),
        })
        {
            var words = command.ToList();
            var (built, published) = (await BacksnapProcess.Run(null, words), await BacksnapProcess.Run(E2ESettings.Program, words));
            Assert.Equal((built.Status, Times().Replace(built.Output, "TIME")), (published.Status, Times().Replace(published.Output, "TIME")));
        }
    }

    // Between the two runs a second or a minute goes by.
    [GeneratedRegex(@"\d{4}-\d\d-\d\dT[\d:.]+Z|\b(in )?\d+ ?(s|m|min|minutes|seconds|h|hours)\b")]
    private static partial Regex Times();
}
