using System.Text.RegularExpressions;
using Backsnap.Host.Tests;
using Backsnap.Install.Tests.Running;

namespace Backsnap.Install.Tests.Docs;

/// <summary>
/// What the pages say is so: their commands are run as they stand and print what is shown behind them, their manifests are accepted, and
/// their links lead somewhere.
/// </summary>
public sealed partial class PageTests
{
    // Another test runs this page, with each restic that is supported: WithoutBacksnapTests.
    private const string RunElsewhere = "docs/restore-without-backsnap.md";

    /// <summary>Each page with commands, and what it needs to find: functions of run-page.sh.</summary>
    public static TheoryData<string, string> Pages => new()
    {
        { "README.md", "filled operator" },
        { "docs/alerts.md", "claims record" },
        { "docs/configure.md", "claims installed" },
        { "docs/install.md", "" },
        { "docs/isolated.md", "" },
        { "docs/limits.md", "queue" },
        { "docs/maintenance.md", "backup" },
        { "docs/metrics.md", "prometheus installed" },
        { "docs/migrate.md", "original volsync" },
        { "docs/mover.md", "claims" },
        { "docs/placement.md", "claims" },
        { "docs/repositories.md", "claims installed" },
        { "docs/restore.md", "backup" },
        { "docs/schedules.md", "claims slot explained" },
        { "docs/security.md", "backup installed" },
        { "docs/telemetry.md", "installed" },
        { "docs/troubleshoot.md", "claims record failed installed" },
    };

    [SkippableTheory]
    [MemberData(nameof(Pages))]
    public async Task The_commands_of_a_page_do_and_print_what_it_says(string name, string state)
    {
        var page = Page.Read(name);
        var printed = await PageRun.Run(page, state, Replaced);

        var block = 0;
        foreach (var shown in page.Blocks)
        {
            Assert.True(
                !IsOutput(shown) || PageRun.Shows(printed[block], shown.Text), $"{shown}\nis not what is printed:\n{printed.GetValueOrDefault(block)}");
            block = shown.Line;
        }
    }

    [Fact]
    public void Every_block_of_a_page_is_run_or_checked_or_said_to_be_neither()
    {
        var blocks = Page.All.SelectMany(page => page.Blocks).ToList();
        var run = Pages.Select(row => (string)row[0]).Append(RunElsewhere).ToHashSet();

        Assert.Empty(blocks.Where(block => block switch
        {
            _ when IsAside(block) => false,
            { Language: "sh" } => !run.Contains(block.Page),
            { Language: "yaml" or "mermaid" } => false,
            _ => !IsOutput(block),
        }).Select(block => $"{block}"));
        Assert.Empty(Aside.All.Where(aside => blocks.Count(block => Is(aside, block)) != 1 || blocks.Any(block => Is(aside, block) && PageRun.IsRun(block))).Select(aside => $"{aside}"));
        Assert.DoesNotContain(run, page => !blocks.Any(block => block.Page == page && PageRun.IsRun(block)));
    }

    [SkippableFact]
    public async Task Every_manifest_of_a_page_is_accepted()
    {
        await using var cluster = await EmbeddedCluster.Start();
        await cluster.Run("apply", "-k", Repository.At("config/crd"));
        await cluster.Run("wait", "--for=condition=Established", "crd", "--all", "--timeout=60s");
        await cluster.CreateNamespace("shop");
        await cluster.CreateNamespace("staging");

        var manifests = Page.All.SelectMany(page => page.Blocks).Where(block => block.Language == "yaml").ToList();
        Assert.True(manifests.Count >= 4, $"{manifests.Count} manifests");
        foreach (var manifest in manifests.Where(block => !IsScraping(block)))
        {
            var (status, output, errors) = await cluster.Try(["apply", "--dry-run=server", "--validate=strict", "-f", "-"], manifest.Text);
            Assert.True(status == 0 && errors.Length == 0, $"{manifest}\n{output}{errors}");
        }
    }

    [SkippableFact]
    public async Task Prometheus_accepts_how_it_is_told_to_scrape()
    {
        var promtool = Tools.OnPath("promtool") ?? Tools.InRepository("bin/promtool");
        Assert.False(promtool is null && Repository.RequiresTools, "promtool is missing: run scripts/test.sh, which gets it");
        Skip.If(promtool is null, "promtool is not installed");

        foreach (var block in Page.All.SelectMany(page => page.Blocks).Where(IsScraping))
        {
            var (status, output, errors) = await Command.Run(promtool!, ["check", "config", "--syntax-only", "/dev/stdin"], block.Text);
            Assert.True(status == 0, $"{block}\n{output}{errors}");
        }
    }

    [Fact]
    public void Every_link_leads_to_a_file_and_to_a_heading_in_it()
    {
        var pages = Page.All.Append(Page.Read("CONTRIBUTING.md")).Append(Page.Read("CHANGELOG.md"));

        Assert.Empty(pages.SelectMany(page => page.Links.Where(link => !link.StartsWith("http", StringComparison.Ordinal) && !Leads(page, link)).Select(link => $"{page.Name}: {link}")));
    }

    [Fact]
    public void Every_page_is_reached_from_the_readme()
    {
        var (reached, next) = (new HashSet<string>(), new Stack<string>(["README.md"]));
        while (next.TryPop(out var name))
        {
            if (name.EndsWith(".md", StringComparison.Ordinal) && reached.Add(name))
            {
                foreach (var link in Page.Read(name).Links.Where(link => !link.StartsWith("http", StringComparison.Ordinal) && !link.StartsWith('#')))
                {
                    next.Push(Target(name, link.Split('#')[0]));
                }
            }
        }

        Assert.Empty(Page.All.Select(page => page.Name).Except(reached));
    }

    [Fact]
    public void A_page_that_is_named_is_linked() => Assert.Empty(Page.All.SelectMany(page => page.Prose.Split('\n')
        .Where(line => !line.StartsWith("| `--", StringComparison.Ordinal) && BarePage().IsMatch(line)).Select(line => $"{page.Name}: {line}")));

    [Fact]
    public void The_index_names_every_page() => Assert.All(
        Directory.GetFiles(Repository.At("docs"), "*.md").Select(Path.GetFileName).Where(name => name != "README.md"),
        name => Assert.Contains($"({name})", Repository.Read("docs/README.md")));

    // What a page cannot name, because each cluster has another.
    private static string Replaced(string commands) => commands
        .Replace("job/JOB", "job/mover", StringComparison.Ordinal)
        .Replace("--path /data", "--path \"$VOLUME\"", StringComparison.Ordinal);

    private static bool IsOutput(Block block) => block is { FollowsCommands: true, Language: "text" };

    private static bool IsScraping(Block block) => block is { Language: "yaml" } && block.Lines[0] == "scrape_configs:";

    private static bool IsAside(Block block) => Aside.All.Any(aside => Is(aside, block));

    private static bool Is(Aside aside, Block block) => aside.Page == block.Page && block.Text.StartsWith(aside.Begins, StringComparison.Ordinal);

    private static bool Leads(Page page, string link)
    {
        var target = link.StartsWith('#') ? page.Name : Target(page.Name, link.Split('#')[0]);
        return Path.Exists(Repository.At(target)) && (link.Split('#') is not [_, var anchor] || Page.Read(target).Anchors.Contains(anchor));
    }

    private static string Target(string page, string link) =>
        Path.GetRelativePath(Repository.Root, Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Repository.At(page))!, link)));

    [GeneratedRegex(@"(?<!\]\()(?<![\[/\w])docs/[\w-]+\.md")]
    private static partial Regex BarePage();
}
