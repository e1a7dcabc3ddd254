using Backsnap.Host.Tests;
using Backsnap.Install.Tests.Running;

namespace Backsnap.Install.Tests.Docs;

/// <summary>What the pages of docs say is so: their commands are run as they stand, and their links lead somewhere.</summary>
public sealed class PageTests
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
    public void The_index_names_every_page() => Assert.All(
        Directory.GetFiles(Repository.At("docs"), "*.md").Select(Path.GetFileName).Where(name => name != "README.md"),
        name => Assert.Contains($"({name})", Repository.Read("docs/README.md")));

    private static bool Leads(Page page, string link)
    {
        var target = link.StartsWith('#') ? page.Name : Target(page.Name, link.Split('#')[0]);
        return Path.Exists(Repository.At(target)) && (link.Split('#') is not [_, var anchor] || Page.Read(target).Anchors.Contains(anchor));
    }

    private static string Target(string page, string link) =>
        Path.GetRelativePath(Repository.Root, Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Repository.At(page))!, link)));
}
