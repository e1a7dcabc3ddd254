using System.CommandLine;
using Backsnap.Domain.Objects;
using Backsnap.Host.Mover;
using Backsnap.Planner;
using FsCheck;
using FsCheck.Fluent;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Backsnap.Host.Tests.Hostile;

/// <summary>
/// What a tenant writes on a claim on its way to restic: through the plan, the Job's arguments, the kubelet, the mover's command line, and the command line
/// of restic. It can become no option on the way, nor a word of another.
/// </summary>
public sealed class CommandLineLaws
{
    private static readonly string[] Barbs =
    [
        "--repository=s3:mine", "--password-command=id", "--host", "-r", "--", "-", "$(RESTIC_PASSWORD)", "$X", "$$(Y)", "`id`", "; id", "\n", "\r", "\u0000", "\u001b[2J", "\u2028", "\"", "'", "\\",
        "/", "..", "@/etc/passwd", "!", "*", "[", "?", ",", "=", " ", "\t", "keep", "claim-size=1Ti", "backsnap-path=/etc", "last=1", "daily=7,", "true", "50", "1h", "💾", "\ud800", "0123456789abcdef",
    ];

    private static readonly string[] Wishes =
        [Marks.Exclude, Marks.ExcludeCaches, Marks.OneFileSystem, Marks.Retention, Marks.ShrinkThreshold, Marks.AcknowledgeShrink, Marks.SnapshotTags];

    private static readonly Gen<string> Text = Gen.OneOf(
        Gen.Elements(Barbs),
        from first in Gen.Elements(Barbs) from second in Gen.Elements(Barbs) from third in Gen.Elements(Barbs) select first + second + third,
        Laws.AnyText);

    private static readonly Gen<HashMap<string, string>> Annotations =
        from pairs in (from name in Gen.Elements(Wishes) from value in Text select (name, value)).ListOf()
        select toHashMap(pairs.DistinctBy(pair => pair.name));

    [Fact]
    public void No_annotation_becomes_an_option_of_the_mover_or_costs_the_backup() => Laws.Hold(Annotations, annotations =>
    {
        var request = Understood(annotations);
        return request is MoverRequest.Backup { Request: var backup }
            && backup.Source is { Host: "shop", Repository: "s3:https://s3.example.com/backups/shop/orders", Path.Recorded: "/data", IsDevice: false }
            && backup.Tags.All(tag => tag.Length > 0 && !tag.Contains(',', StringComparison.Ordinal) && !tag.Any(char.IsWhiteSpace) && !tag.Any(char.IsControl))
            && backup.Keep is not null;
    }, 300);

    [Fact]
    public void No_annotation_becomes_an_option_of_restic() => Laws.Hold(Annotations, annotations =>
        Understood(annotations) is MoverRequest.Backup { Request: var backup }
        && backup.Selection.Arguments("/data").All(argument =>
            argument is "--exclude-caches" or "--one-file-system"
            || (argument.StartsWith("--exclude=/data/", StringComparison.Ordinal) || argument.StartsWith("--exclude=!", StringComparison.Ordinal)) && !argument.Any(char.IsControl)),
        300);

    [Theory]
    [InlineData("--exclude", "-r")]
    [InlineData("--exclude", "@/etc/passwd")]
    [InlineData("--tag", "--host=vault")]
    public void A_value_stays_a_value_whatever_it_looks_like(string option, string value)
    {
        var options = Parse(["mover", "backup", "--repository", "s3:x", "--host", "shop", "--path", "/data", $"{option}={value}"]);
        Assert.Null(options.Misread);
        Assert.Equal(value, Assert.Single(option == "--tag" ? options.Tags : options.Excludes));
        Assert.Equal("shop", options.Host);
    }

    private static MoverRequest Understood(HashMap<string, string> annotations) => MoverRequest.Of(Parse([.. Planned(annotations)]), new PathMap([]));

    private static MoverOptions Parse(string[] arguments)
    {
        var flags = new MoverFlags(Operation.Backup);
        var command = new RootCommand();
        var mover = new Command("mover");
        var backup = new Command("backup");
        foreach (var option in flags.All)
        {
            backup.Options.Add(option);
        }

        mover.Subcommands.Add(backup);
        command.Subcommands.Add(mover);
        var parsed = command.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        return parsed.Errors.Count == 0 ? flags.Read(parsed) : new MoverOptions(Operation.Backup) { Misread = string.Join("; ", parsed.Errors.Select(error => error.Message)) };
    }

    // The arguments of the Job that is planned for the claim, as the kubelet hands them on.
    private static IEnumerable<string> Planned(HashMap<string, string> annotations)
    {
        var state = HostileWorld.ReadyToRun(annotations);
        var job = Planner.Planner.Plan(state, HostileWorld.Settings, HostileWorld.Now).Actions.AsEnumerable()
            .OfType<PlannedAction.Create>().Single(create => create.Object.Kind == ObjectKind.Job).Object.Body;
        return HostileWorld.Arguments(job).Select(argument => Kubelet(argument));
    }

    // $(NAME) is replaced where there is such a variable, $$ stands for a dollar sign: third_party/forked/golang/expansion in Kubernetes.
    private static string Kubelet(string argument)
    {
        var text = new System.Text.StringBuilder();
        for (var at = 0; at < argument.Length; at++)
        {
            var next = at + 1 < argument.Length ? argument[at + 1] : '\0';
            if (argument[at] == '$' && next == '$')
            {
                text.Append('$');
                at++;
            }
            else if (argument[at] == '$' && next == '(' && argument.IndexOf(')', at) is var end and > 0)
            {
                text.Append("hunter2");
                at = end;
            }
            else
            {
                text.Append(argument[at]);
            }
        }

        return text.ToString();
    }
}
