using System.CommandLine;
using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Backsnap.Domain.Objects;
using Backsnap.Host.Cli;
using Backsnap.Host.Metrics;
using Backsnap.Install.Tests.Running;
using YamlDotNet.RepresentationModel;

namespace Backsnap.Install.Tests.Docs;

/// <summary>The words of the pages are the program's: flags, variables, annotations, metrics, reasons, fields, values of the chart, and files.</summary>
public sealed partial class VocabularyTests
{
    // Flags of other programs that the prose names without the program.
    private static readonly string[] OthersFlags =
    [
        "--append-only", // restic's rest-server
        "--build-arg", // docker build
        "--filter", // BenchmarkDotNet
        "--no-scan", "--retry-lock", "--verify", // restic
        "--set", // helm
    ];

    private static readonly string[] OthersPrograms = ["ctr", "docker", "dotnet", "helm", "kind", "kubectl", "podman", "restic", "scripts/image.sh", "ssh-keyscan"];

    // Reasons of Events that are put together from an annotation's name or a kind of maintenance.
    private static readonly string[] ComposedWords = ["BadExclude", "BadRetention", "CheckFailed", "InvalidCheckSchedule", "InvalidPruneSchedule", "PruneFailed"];

    // Words with a capital that are not in the program: Kubernetes' own, the runtime's, and a test's.
    private static readonly string[] OthersWords = ["ContractTests", "CreateContainerConfigError", "TieredCompilation", "TieredPGO"];

    // What begins with a slash and is no short form of an annotation.
    private static readonly string[] OthersPaths = ["/cache", "/data", "/healthz", "/hostname", "/metrics", "/node", "/readyz"];

    // Fields of VolSync's and K8up's objects, on the page that translates them.
    private static readonly string[] OthersFields =
        ["spec.trigger.schedule", "spec.trigger.manual", "spec.restic.retain", "spec.restic.pruneIntervalDays", "spec.restic.repository",
        "spec.restic.volumeSnapshotClassName", "spec.restic.storageClassName", "spec.restic.cacheCapacity", "spec.restic.moverSecurityContext", "spec.restic.moverServiceAccount",
        "spec.restic.restoreAsOf", "spec.restic.previous", "spec.backup.schedule", "spec.prune.schedule", "spec.check.schedule", "spec.prune.retention"];

    [Fact]
    public void Every_flag_that_is_named_is_one_of_the_program()
    {
        var known = AllOptions(Commands.Root(_ => null)).SelectMany(option => option.Aliases.Append(option.Name)).Concat(OthersFlags).Concat(["--help", "--version"]).ToHashSet();

        AllIn(page => page.Spans.Concat(page.Blocks.SelectMany(block => block.Text.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n'))).Select(OurPart).SelectMany(ours => FlagForm().Matches(ours)).Select(match => match.Value), known);
    }

    [Fact]
    public void Every_default_that_is_named_beside_a_flag_is_the_programs()
    {
        var known = Flags.All.ToDictionary(flag => $"--{flag.Name}", flag => flag.Default);
        var written = Page.All.SelectMany(page => DefaultForm().Matches(page.Prose)).Select(match => (Flag: match.Groups[1].Value, Default: match.Groups[2].Value.Replace(" days", "d", StringComparison.Ordinal))).ToList();

        Assert.True(written.Count > 10, $"{written.Count} defaults");
        None(written.Where(found => known.GetValueOrDefault(found.Flag) != found.Default).Select(found => $"{found.Flag} {found.Default}"));
    }

    [Fact]
    public void Every_variable_that_is_named_is_read_by_the_program_or_its_tests()
    {
        var known = Flags.All.Select(flag => flag.Variable).Concat(
            Sources("*.cs", "src", "tests").Concat(Sources("*.sh", "scripts")).SelectMany(text => VariableForm().Matches(text)).Select(match => match.Value)).ToHashSet();

        AllIn(page => VariableForm().Matches(page.Whole).Select(match => match.Value), known);
    }

    [Fact]
    public void Every_annotation_that_is_named_is_one_that_Backsnap_knows_and_each_of_those_is_named()
    {
        var group = $"{ObjectKind.Group}/";
        var known = typeof(Marks).GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!)
            .Where(mark => mark.StartsWith(group, StringComparison.Ordinal)).ToHashSet();

        AllIn(page => MarkForm().Matches(page.Whole).Select(match => match.Value.TrimEnd('-')).Where(name => name != $"{group}v1alpha1"), known);
        AllIn(page => page.Spans.Where(span => ShortMarkForm().IsMatch(span)).Select(span => $"{ObjectKind.Group}{span}"), [.. known, .. OthersPaths.Select(path => $"{ObjectKind.Group}{path}")]);
        None(known.Except(TableOfAnnotations()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_metric_that_is_named_is_one_of_the_operator()
    {
        var known = Catalogue.All.SelectMany(metric => metric.Type == MetricType.Histogram ? (string[])[metric.Name, $"{metric.Name}_bucket", $"{metric.Name}_sum", $"{metric.Name}_count"] : [metric.Name]).ToHashSet();

        AllIn(page => MetricForm().Matches(page.Whole).Select(match => match.Value), known);
        None(Catalogue.All.Select(metric => metric.Name).Except(Page.All.SelectMany(page => page.Spans)));
    }

    [Fact]
    public void Every_reason_condition_and_Event_that_is_named_is_a_word_of_the_program()
    {
        var known = Sources("*.cs", "src").SelectMany(text => QuotedWord().Matches(text)).Select(match => match.Groups[1].Value + match.Groups[2].Value)
            .Concat(Sources("*.yaml", "config").SelectMany(text => Word().Matches(text)).Select(match => match.Value)).Concat(OthersWords).Concat(ComposedWords).ToHashSet();

        AllIn(page => page.Spans.Where(span => CapitalWord().IsMatch(span)), known);
    }

    [Fact]
    public void Every_Event_that_the_operator_writes_is_named()
    {
        var told = Sources("*.cs", "src/Backsnap.Planner", "src/Backsnap.Host/Operator").SelectMany(text => EventForm().Matches(text)).SelectMany(match => match.Groups["word"].Captures)
            .Select(word => word.Value).Distinct().ToList();

        Assert.True(told.Count >= 20, string.Join(' ', told));
        None(told.Except(Page.All.SelectMany(page => page.Spans)));
    }

    [Fact]
    public void Every_reason_of_a_failure_stands_in_the_table_of_the_readme()
    {
        var table = Table("| reason | meaning |");

        None(Backsnap.Domain.Backups.FailureReason.All.Except(table).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_field_that_is_named_is_one_of_the_definitions()
    {
        var known = Definitions.SelectMany(kind => Fields(kind, "spec").Select(field => $"spec.{field}").Concat(Fields(kind, "status").Select(field => $"status.{field}")))
            .Concat(OthersFields).ToHashSet();

        AllIn(page => page.Spans.Where(span => FieldForm().IsMatch(span)), known);
    }

    [Fact]
    public void Every_field_of_an_object_stands_in_its_table_of_the_readme()
    {
        Assert.Equal(3, Definitions.Count);
        Assert.All(Definitions, kind => Assert.Equal(Fields(kind, "spec").Order(StringComparer.Ordinal), Table($"| {Name(kind)} `spec` | |").Order(StringComparer.Ordinal)));
        Assert.Equal(
            Definitions.SelectMany(kind => Fields(kind, "status")).Distinct().Order(StringComparer.Ordinal),
            Table("| `status` of each | |").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_value_of_the_chart_that_is_named_is_in_its_values()
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(Repository.Read("charts/backsnap/values.yaml")));
        var values = (YamlMappingNode)stream.Documents[0].RootNode;

        var known = Keys("", values).ToHashSet();
        AllIn(page => ValueForm().Matches(page.Whole).Select(match => match.Groups[1].Value).Concat(page.Spans.Where(span => known.Contains(span.Split('.')[0]) && DottedForm().IsMatch(span)))
            .Select(name => name.StartsWith("secret.values.", StringComparison.Ordinal) ? "secret.values" : name), known);
    }

    [Fact]
    public void Every_file_that_is_named_exists()
    {
        AllWhere(page => page.Spans.Concat(page.Blocks.SelectMany(block => block.Lines)).SelectMany(text => FileForm().Matches(text)).Select(match => match.Groups[1].Value.TrimEnd('.', '/')),
            path => Path.Exists(Repository.At(path)));
        None(Sources("*.cs", "src").Concat(Sources("*.yaml", "config", "charts")).SelectMany(text => PageForm().Matches(text)).Select(match => match.Value).Distinct()
            .Where(path => !File.Exists(Repository.At(path))));
    }

    private static IEnumerable<Option> AllOptions(System.CommandLine.Command command) => command.Options.Concat(command.Subcommands.SelectMany(AllOptions));

    private static readonly IReadOnlyList<JsonObject> Definitions =
        [.. Directory.GetFiles(Repository.At("config/crd/bases"), "*.yaml").SelectMany(file => Objects.Read(File.ReadAllText(file)))];

    private static string Name(JsonObject definition) => (string)definition["spec"]!["names"]!["kind"]!;

    private static IEnumerable<string> Fields(JsonObject definition, string part) =>
        definition["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!["properties"]![part]!["properties"]!.AsObject().Select(field => field.Key);

    // What a table of the readme has in its first column.
    private static IEnumerable<string> Table(string head) => Page.All[0].Prose.Split('\n').SkipWhile(line => line != head).Skip(2).TakeWhile(line => line.StartsWith('|'))
        .SelectMany(line => SpanForm().Matches(line.Split('|')[1])).Select(match => match.Groups[1].Value);

    // Of a command line what is after another program's name is that program's affair, but for what is given to ours in a pod.
    private static string OurPart(string text)
    {
        var ours = text.Split(" -- backsnap ") is [_, var inPod] ? inPod : text;
        return ours == text && Array.Exists(OthersPrograms, program => OtherCommand(program).IsMatch(text)) ? "" : ours;
    }

    private static Regex OtherCommand(string program) => new($@"(^|[\s($]){Regex.Escape(program)}\s");

    private static IEnumerable<string> TableOfAnnotations() => Page.All[0].Prose.Split('\n').Where(line => line.StartsWith($"| `{ObjectKind.Group}/", StringComparison.Ordinal))
        .SelectMany(line => SpanForm().Matches(line.Split('|')[1])).Select(match => match.Groups[1].Value.StartsWith('/') ? ObjectKind.Group + match.Groups[1].Value : match.Groups[1].Value);

    private static IEnumerable<string> Keys(string above, YamlMappingNode node) => node.Children.SelectMany(child =>
        (child.Value is YamlMappingNode inner ? Keys($"{above}{child.Key}.", inner) : []).Prepend($"{above}{child.Key}"));

    private static IEnumerable<string> Sources(string files, params string[] directories) => directories
        .SelectMany(directory => Directory.EnumerateFiles(Repository.At(directory), files, SearchOption.AllDirectories))
        .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal) && !file.EndsWith($"{nameof(VocabularyTests)}.cs", StringComparison.Ordinal))
        .Select(File.ReadAllText);

    // Says which they are, where Assert.Empty shows the first few.
    private static void None(IEnumerable<string> wrong)
    {
        var all = string.Join('\n', wrong.Distinct());
        Assert.True(all.Length == 0, $"not so:\n{all}");
    }

    private static void AllIn(Func<Page, IEnumerable<string>> words, HashSet<string> known) => AllWhere(words, known.Contains);

    private static void AllWhere(Func<Page, IEnumerable<string>> words, Func<string, bool> isKnown)
    {
        var written = Page.All.SelectMany(page => words(page).Distinct().Select(word => (page.Name, Word: word))).ToList();
        Assert.NotEmpty(written);
        None(written.Where(found => !isKnown(found.Word)).Select(found => $"{found.Name}: {found.Word}"));
    }

    [GeneratedRegex(@"(?<![\w-])--[a-z][a-z0-9-]*[a-z0-9]")]
    private static partial Regex FlagForm();

    // As in "`--ttl` (72h)" and "| `--ttl` | 72h |".
    [GeneratedRegex(@"`(--[a-z-]+)`(?: \(| \| )`?(\d+(?:[smhd]\b| days)?|@[a-z]+)")]
    private static partial Regex DefaultForm();

    [GeneratedRegex(@"\bBACKSNAP_[A-Z0-9_]*[A-Z0-9]")]
    private static partial Regex VariableForm();

    [GeneratedRegex(@"(?<![\w.])backsnap\.skyb\.it/[a-z0-9-]+")]
    private static partial Regex MarkForm();

    [GeneratedRegex(@"^/[a-z-]+$")]
    private static partial Regex ShortMarkForm();

    [GeneratedRegex(@"(?<![\w./-])backsnap_[a-z_]+[a-z]")]
    private static partial Regex MetricForm();

    [GeneratedRegex(@"(?:""([A-Z][a-z]+[A-Za-z]*)"")|(?:nameof\((?:\w+\.)*(\w+)\))")]
    private static partial Regex QuotedWord();

    // How the planner and the reporter say what an Event's reason is.
    [GeneratedRegex(
        @"(?:new Announcement\([^,""]+, |ClaimNews\([^,""]+, |new\(backup\.Claim, |OnTarget\(restore, .*\), |Plan\.Tell\([^""$]*|GiveUp\(newest, |""Write"", |=> \(\s*)""(?<word>[A-Z]\w+)""|Told\([^""]*\? ""(?<word>\w+)"" : ""(?<word>\w+)""")]
    private static partial Regex EventForm();

    [GeneratedRegex(@"\b[A-Z][A-Za-z]+\b")]
    private static partial Regex Word();

    [GeneratedRegex(@"^[A-Z][a-z]+[A-Za-z]*$")]
    private static partial Regex CapitalWord();

    [GeneratedRegex(@"^(spec|status)\.[a-zA-Z.]+$")]
    private static partial Regex FieldForm();

    [GeneratedRegex(@"--set ([\w.-]+)=")]
    private static partial Regex ValueForm();

    [GeneratedRegex(@"^[a-zA-Z]+\.[\w.-]+$")]
    private static partial Regex DottedForm();

    [GeneratedRegex(@"(?<![\w/.-])((?:config|charts|docs|scripts|src|tests|benchmarks|build)/[\w./-]*[\w/])")]
    private static partial Regex FileForm();

    [GeneratedRegex(@"\bdocs/[\w-]+\.md")]
    private static partial Regex PageForm();

    [GeneratedRegex(@"`([^`]+)`")]
    private static partial Regex SpanForm();
}
