using System.CommandLine;
using System.Text;
using Backsnap.Domain.Claims;
using Backsnap.Host.Observation;
using Backsnap.Host.Operator;
using Backsnap.Kubernetes;
using Backsnap.Planner;
using Backsnap.Planner.Schedules;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Host.Cli;

/// <summary>
/// <c>backsnap explain NAMESPACE/CLAIM</c>: when a claim is backed up and on whose word, what became of its last slots, or why it is not
/// backed up. Of a cluster it reads only the claim's namespace.
/// </summary>
internal static class ExplainCommand
{
    /// <summary>The command.</summary>
    /// <param name="environment">The environment variables that stand in for flags.</param>
    public static Command Create(Func<string, string?> environment)
    {
        var command = new Command("explain", "Say when a claim is backed up and why then, what became of its last slots, or why it is not backed up.");
        var claim = new Argument<string>("CLAIM") { Description = "NAMESPACE/CLAIM, or CLAIM alone with --namespace." };
        var home = new System.CommandLine.Option<string>("--namespace", "-n") { Description = "The claim's namespace (default: that of the kubeconfig).", HelpName = "NAMESPACE" };
        var file = new System.CommandLine.Option<string>("--filename", "-f") { Description = "Look into this YAML file (- for standard input) instead of a cluster.", HelpName = "FILE" };
        var output = new System.CommandLine.Option<string>("--output", "-o") { Description = "text or json.", HelpName = "FORM", DefaultValueFactory = _ => "text" };
        var at = new System.CommandLine.Option<string>("--at") { Description = "Explain as of this instant (RFC 3339) instead of now.", HelpName = "INSTANT" };
        var options = Flags.All.ToDictionary(flag => flag, flag => flag.ToOption());
        command.Arguments.Add(claim);
        foreach (var option in options.Values.Prepend(at).Prepend(output).Prepend(file).Prepend(home))
        {
            command.Options.Add(option);
        }

        command.SetAction(parsed => (parsed.GetValue(output) ?? "text") is not ("text" or "json")
            ? Complaint.Say(Complaint.BadInput, $"'{parsed.GetValue(output)}' is not an output form: write text or json")
            : PlanCommand.Moment(parsed.GetValue(at)).Match(
                Left: problem => Complaint.Say(Complaint.BadInput, problem),
                Right: now => OperatorOptions.Read(parsed, options, environment, complete: false).Match(
                    Fail: problems => Complaint.Say(Complaint.BadInput, problems),
                    Succ: read => Run(
                        new Question(parsed.GetValue(claim) ?? "", parsed.GetValue(home), now, parsed.GetValue(output) ?? "text"), read, environment, parsed.GetValue(file))
                        .GetAwaiter().GetResult())));
        return command;
    }

    /// <summary>An explanation in one of the forms.</summary>
    public static string Print(ScheduleExplanation explanation, Instant now, string form) => form == "json"
        ? Encoding.UTF8.GetString(ManifestJson.Bytes(ExplanationDocument.Of(explanation, now), indented: true).Span) + "\n"
        : ExplanationText.Of(explanation, now);

    private static async Task<int> Run(Question question, OperatorOptions options, Func<string, string?> environment, string? file)
    {
        if (file is { Length: > 0 })
        {
            return Claim(question, "default").Match(
                Left: problem => Complaint.Say(Complaint.BadInput, problem),
                Right: claim => ObjectFile.Read(file).Match(
                    Left: problem => Complaint.Say(Complaint.BadInput, problem),
                    Right: cache => Show(cache, claim, question, options.Settings)));
        }

        using var cancel = new Interruption();
        return await Connecting.Find(options, environment).Match(
            connection => Claim(question, connection.Namespace ?? "default").Match(
                Left: problem => Task.FromResult(Complaint.Say(Complaint.BadInput, problem)),
                Right: claim => Ask(connection, claim, question, options.Settings, cancel.Token)),
            error => Task.FromResult(Complaint.Say(Complaint.BadInput, error.Explain())));
    }

    private static async Task<int> Ask(KubeConnection connection, ClaimRef claim, Question question, Settings settings, CancellationToken cancel)
    {
        using var api = new KubernetesClient(connection, Connecting.Impatient);
        return await Connecting.ReadAll(api, settings with { Scope = new NamespaceScope(Seq1(claim.Namespace), Seq<NamespaceName>()) }, cancel) switch
        {
            ApiResult<ClusterCache>.Ok read => Show(read.Value, claim, question, settings),
            ApiResult<ClusterCache>.Failed failed => Complaint.Say(Complaint.Unable, failed.Error.Explain()),
        };
    }

    private static int Show(ClusterCache cache, ClaimRef claim, Question question, Settings settings) =>
        ScheduleExplanation.Of(cache.State(default), settings, claim, question.Now).Match(
            explanation =>
            {
                Console.Out.Write(Print(explanation, question.Now, question.Form));
                return 0;
            },
            () => Complaint.Say(Complaint.BadInput, $"claim {claim} does not exist"));

    private static Either<string, ClaimRef> Claim(Question question, string otherwise) =>
        (question.Claim.Contains('/', StringComparison.Ordinal), question.Namespace) switch
        {
            (true, { Length: > 0 }) => Left<string, ClaimRef>($"'{question.Claim}' names a namespace, and so does --namespace: write one of them"),
            (true, _) => ClaimRef.Parse(question.Claim).MapLeft(error => error.Message),
            (false, { Length: > 0 } given) => ClaimRef.Parse($"{given}/{question.Claim}").MapLeft(error => error.Message),
            (false, _) => ClaimRef.Parse($"{otherwise}/{question.Claim}").MapLeft(error => error.Message),
        };

    private sealed record Question(string Claim, string? Namespace, Instant Now, string Form);
}
