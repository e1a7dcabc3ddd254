using System.CommandLine;
using System.Text;
using Backsnap.Host.Observation;
using Backsnap.Host.Operator;
using Backsnap.Kubernetes;
using Backsnap.Planner;
using NodaTime;

namespace Backsnap.Host.Cli;

/// <summary><c>backsnap plan</c>: what the operator would do now, against a cluster or against objects in a file. It changes nothing.</summary>
internal static class PlanCommand
{
    /// <summary>The command.</summary>
    /// <param name="environment">The environment variables that stand in for flags.</param>
    public static Command Create(Func<string, string?> environment)
    {
        var command = new Command("plan", "Print what the operator would do now, and what becomes of every claim; change nothing.");
        var file = new Option<string>("--filename", "-f") { Description = "Plan for the cluster's objects in this YAML file (- for standard input) instead of a cluster.", HelpName = "FILE" };
        var output = new Option<string>("--output", "-o") { Description = "table, json or yaml.", HelpName = "FORM", DefaultValueFactory = _ => "table" };
        var at = new Option<string>("--at") { Description = "Plan for this instant (RFC 3339) instead of now.", HelpName = "INSTANT" };
        var options = Flags.All.ToDictionary(flag => flag, flag => flag.ToOption());
        foreach (var option in options.Values.Prepend(at).Prepend(output).Prepend(file))
        {
            command.Options.Add(option);
        }

        command.SetAction(parsed =>
        {
            var form = parsed.GetValue(output) ?? "table";
            if (form is not ("table" or "json" or "yaml"))
            {
                return Complaint.Say(Complaint.BadInput, $"'{form}' is not an output form: write table, json or yaml");
            }

            return Moment(parsed.GetValue(at)).Match(
                Left: problem => Complaint.Say(Complaint.BadInput, problem),
                Right: now => OperatorOptions.Read(parsed, options, environment, complete: false).Match(
                    Fail: problems => Complaint.Say(Complaint.BadInput, problems),
                    Succ: read => Run(read, environment, parsed.GetValue(file), form, now).GetAwaiter().GetResult()));
        });
        return command;
    }

    /// <summary>A plan in one of the forms.</summary>
    public static string Print(Plan plan, Instant now, string form) => form switch
    {
        "json" => Encoding.UTF8.GetString(ManifestJson.Bytes(PlanDocument.Of(plan, now), indented: true).Span) + "\n",
        "yaml" => YamlText.Of(PlanDocument.Of(plan, now)),
        _ => PlanTable.Of(plan, now),
    };

    private static async Task<int> Run(OperatorOptions options, Func<string, string?> environment, string? file, string form, Instant now)
    {
        if (file is { Length: > 0 })
        {
            return ObjectFile.Read(file, options.Settings.Mover.TagLabels).Match(
                Left: problem => Complaint.Say(Complaint.BadInput, problem),
                Right: cache => Show(cache, options, form, now));
        }

        using var cancel = new Interruption();
        return await Connecting.Find(options, environment).Match(
            async connection =>
            {
                using var api = new KubernetesClient(connection, Connecting.Impatient);
                var refusals = (await Connecting.Preflight(api, options.Settings, cancel.Token)).Refusals;
                if (refusals.Count > 0)
                {
                    return Complaint.Say(Complaint.Unable, refusals);
                }

                return await Connecting.ReadAll(api, options.Settings, cancel.Token) switch
                {
                    ApiResult<ClusterCache>.Ok read => Show(read.Value, options, form, now),
                    ApiResult<ClusterCache>.Failed failed => Complaint.Say(Complaint.Unable, failed.Error.Explain()),
                };
            },
            error => Task.FromResult(Complaint.Say(Complaint.BadInput, error.Explain())));
    }

    private static int Show(ClusterCache cache, OperatorOptions options, string form, Instant now)
    {
        Console.Out.Write(Print(Planner.Planner.Plan(cache.State(default), options.Settings, now), now, form));
        return 0;
    }

    /// <summary>The value of <c>--at</c>; without it, now.</summary>
    public static LanguageExt.Either<string, Instant> Moment(string? text) => text is null
        ? LanguageExt.Prelude.Right<string, Instant>(SystemClock.Instance.GetCurrentInstant())
        : NodaTime.Text.OffsetDateTimePattern.ExtendedIso.Parse(text) is { Success: true, Value: var moment }
            ? LanguageExt.Prelude.Right<string, Instant>(moment.ToInstant())
            : LanguageExt.Prelude.Left<string, Instant>($"--at: '{text}' is not an instant: write RFC 3339, as in 2026-11-22T02:30:00Z");
}
