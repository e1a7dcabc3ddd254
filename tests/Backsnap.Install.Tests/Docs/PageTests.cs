using System.Text.RegularExpressions;
using Backsnap.Host.Tests;
using Backsnap.Install.Tests.Running;

namespace Backsnap.Install.Tests.Docs;

/// <summary>What the pages of docs say is so: their commands are run as they stand, and their links lead somewhere.</summary>
public sealed partial class PageTests
{
    [SkippableTheory]
    [InlineData("install.md", "empty", @"customresourcedefinition\S* ""pvcbackups.backsnap.skyb.it"" deleted")]
    [InlineData("restore.md", "", "pvcrestore.backsnap.skyb.it/orders-for-staging condition met")]
    [InlineData("troubleshoot.md", "", "shop/orders")]
    [InlineData("configure.md", "", "@hourly")]
    [InlineData("migrate.md", "empty", @"shop\s+\S*/data")]
    public async Task The_commands_of_a_page_do_what_it_says(string page, string state, string told)
    {
        EmbeddedCluster.SkipWithoutKubectl();
        var program = Path.Combine(AppContext.BaseDirectory, "backsnap.dll");
        string[] directories = [Path.GetDirectoryName(Tools.Restic)!, Path.GetDirectoryName(EmbeddedCluster.Kubectl)!, Environment.GetEnvironmentVariable("PATH")!];
        var (status, output, errors) = await Command.Run(
            Repository.At("tests/Backsnap.Install.Tests/Docs/run-page.sh"), [program, Repository.At($"docs/{page}"), state],
            environment: new Dictionary<string, string> { ["PATH"] = string.Join(':', directories) });

        Assert.True(status == 0, output + errors);
        Assert.Matches(told, output);
    }

    [Fact]
    public void Every_link_leads_to_a_file()
    {
        var pages = Directory.GetFiles(Repository.At("docs"), "*.md").Append(Repository.At("README.md")).Append(Repository.At("CONTRIBUTING.md"));

        Assert.Empty(pages.SelectMany(page => Link().Matches(File.ReadAllText(page)).Select(link => link.Groups[1].Value)
            .Where(target => !target.StartsWith("http", StringComparison.Ordinal) && target.Length > 0)
            .Where(target => !File.Exists(Path.Combine(Path.GetDirectoryName(page)!, target)))
            .Select(target => $"{Path.GetFileName(page)}: {target}")));
    }

    [Fact]
    public void The_index_names_every_page() => Assert.All(
        Directory.GetFiles(Repository.At("docs"), "*.md").Select(Path.GetFileName).Where(name => name != "README.md"),
        name => Assert.Contains($"({name})", Repository.Read("docs/README.md")));

    [GeneratedRegex(@"\]\(([^)#\s]*)(?:#[^)]*)?\)")]
    private static partial Regex Link();
}
