using System.Text.Json.Nodes;
using Backsnap.Kubernetes;
using Backsnap.Simulation.Tests.Controllers;
using Backsnap.Simulation.Tests.Operators;
using Backsnap.Simulation.Tests.Scenarios;
using NodaTime;

namespace Backsnap.Simulation.Tests.Cluster;

/// <summary>
/// The model against what a real API server and its controllers answered: recorded requests of the same kind get the same status and the
/// same reason, and Jobs go through the same conditions. A model of its own rules would prove nothing.
/// </summary>
public sealed class ContractTests
{
    private static readonly string Recorded = Path.Combine(Golden.Project, "..", "Backsnap.Sandbox.Tests", "Fixtures", "contract");

    [Fact]
    public void A_name_that_is_taken_is_refused_as_recorded()
    {
        var world = new World().Furnish().AskForBackup("w1", "orders");
        var again = world.Cluster.Store.Create(Resources.PvcBackups, "shop", Named("w1"), "test");
        Alike("errors.json", "already exists", again);
    }

    [Fact]
    public void A_write_on_an_old_version_is_refused_as_recorded()
    {
        var world = new World().Furnish().AskForBackup("w1", "orders");
        var patch = new JsonObject { ["metadata"] = new JsonObject { ["resourceVersion"] = "1" }, ["status"] = new JsonObject { ["phase"] = "Pending" } };
        Alike("errors.json", "conflict: update with an old resourceVersion", world.Cluster.Store.Patch(Resources.PvcBackups, "shop", "w1", patch, status: true, "test"));
        Alike("errors.json", "delete with a wrong resourceVersion", world.Cluster.Store.Delete(Resources.PvcBackups, "shop", "w1", null, "1", "test"));
        Alike("errors.json", "delete with a wrong uid", world.Cluster.Store.Delete(Resources.PvcBackups, "shop", "w1", "00000000-0000-0000-0000-000000000000", null, "test"));
    }

    [Fact]
    public void What_is_not_there_is_not_found_as_recorded() =>
        Alike("errors.json", "not found", new World().Furnish().Cluster.Store.Delete(Resources.PersistentVolumeClaims, "shop", "nope", null, null, "test"));

    [Fact]
    public void Nothing_is_created_in_a_namespace_that_goes_as_recorded()
    {
        var world = new World().Furnish().Claim("orders", "one").Delete(Resources.Namespaces, "shop", ns: "");
        Alike("leases-events-secrets.json", "create in a terminating namespace", world.Cluster.Store.Create(Resources.PvcBackups, "shop", Named("late"), "test"));
    }

    // owners.json: the child of an owner that goes follows it, the child of a wrong uid goes at once.
    [Fact]
    public void The_garbage_collector_takes_what_has_no_owner_left()
    {
        var world = new World().Furnish().AskForBackup("owner", "orders");
        world.Make(Resources.Secrets, "shop", "child", item => Own(item, world.Find(Resources.PvcBackups, "owner")!.Uid));
        world.Make(Resources.Secrets, "shop", "orphan-uid", item => Own(item, "00000000-0000-0000-0000-000000000001"));
        world.For(Duration.FromMinutes(1));
        Assert.NotNull(world.Find(Resources.Secrets, "child"));
        Assert.Null(world.Find(Resources.Secrets, "orphan-uid"));
        world.Delete(Resources.PvcBackups, "owner").For(Duration.FromMinutes(1));
        Assert.Null(world.Find(Resources.Secrets, "child"));
    }

    // claims.json: a claim that a pod uses stays, Terminating, until the pod is gone.
    [Fact]
    public void A_claim_in_use_is_only_terminating()
    {
        var world = new World().Furnish().Claim("data", "one");
        world.Make(Resources.Pods, "shop", "user", item => item["spec"] = new JsonObject { ["volumes"] = new JsonArray(new JsonObject { ["persistentVolumeClaim"] = new JsonObject { ["claimName"] = "data" } }) });
        world.Delete(Resources.PersistentVolumeClaims, "data").For(Duration.FromMinutes(1));
        Assert.True(world.Find(Resources.PersistentVolumeClaims, "data")?.Deleting);
        world.Delete(Resources.Pods, "user").For(Duration.FromMinutes(1));
        Assert.Null(world.Find(Resources.PersistentVolumeClaims, "data"));
    }

    /// <summary>The Jobs of jobs.json, how the model's movers end, and the conditions that a real Job controller wrote, in order.</summary>
    public static TheoryData<string, int[], int, string> Jobs => new()
    {
        { "ok", [0], 0, "SuccessCriteriaMet:CompletionsReached Complete:CompletionsReached" },
        { "bad", [3], 0, "FailureTarget:BackoffLimitExceeded Failed:BackoffLimitExceeded" },
        { "retry", [1, 1], 1, "FailureTarget:BackoffLimitExceeded Failed:BackoffLimitExceeded" },
        { "policy", [12], 3, "FailureTarget:PodFailurePolicy Failed:PodFailurePolicy" },
    };

    [Theory]
    [MemberData(nameof(Jobs))]
    public void A_Job_ends_in_the_conditions_that_a_real_one_ends_in(string name, int[] exits, int backoffLimit, string conditions)
    {
        var world = new World(new Exits(exits)).Furnish();
        world.Make(Resources.Secrets, "shop", "repository", item => item["data"] = new JsonObject { ["RESTIC_PASSWORD"] = Convert.ToBase64String("swordfish"u8) });
        world.Make(Resources.Jobs, "shop", name, item => item["spec"] = new JsonObject
        {
            ["backoffLimit"] = backoffLimit,
            ["podFailurePolicy"] = new JsonObject { ["rules"] = new JsonArray(new JsonObject { ["action"] = "FailJob", ["onExitCodes"] = new JsonObject { ["values"] = new JsonArray(12) } }) },
            ["template"] = new JsonObject
            {
                ["spec"] = new JsonObject
                {
                    ["containers"] = new JsonArray(new JsonObject
                    {
                        ["name"] = "mover",
                        ["args"] = new JsonArray("mover", "maintain"),
                        ["env"] = new JsonArray(new JsonObject
                        {
                            ["name"] = "RESTIC_PASSWORD",
                            ["valueFrom"] = new JsonObject { ["secretKeyRef"] = new JsonObject { ["name"] = "repository", ["key"] = "RESTIC_PASSWORD" } },
                        })
                    })
                }
            },
        });
        world.For(Duration.FromMinutes(5));
        var found = world.Find(Resources.Jobs, name)!.Json.List("status", "conditions").Select(condition => $"{condition.Text("type")}:{condition.Text("reason")}");
        Assert.Equal(conditions, string.Join(' ', found));
    }

    private static JsonObject Named(string name) => new() { ["metadata"] = new JsonObject { ["name"] = name } };

    private static void Own(JsonObject item, string uid) =>
        item.Make("metadata")["ownerReferences"] = new JsonArray(new JsonObject { ["apiVersion"] = "backsnap.skyb.it/v1alpha1", ["kind"] = "PVCBackup", ["name"] = "owner", ["uid"] = uid });

    // The same status, and the kind of error that the client makes of the same reason.
    private static void Alike(string file, string note, Answer answer)
    {
        var refused = Assert.IsType<Answer.Refused>(answer);
        var step = JsonNode.Parse(File.ReadAllText(Path.Combine(Recorded, file))).List("steps").Single(step => step.Text("note") == note);
        Assert.Equal(step.Number("response", "status"), refused.Code);
        Assert.Equal(step.Text("response", "body", "reason"), refused.Kind.ToString());
    }

    private sealed class Exits(int[] codes) : Fates
    {
        public override MoverFate Mover(Stored job, int run) => codes[Math.Min(run, codes.Length) - 1] is var code && code == 0 ? new MoverFate.Works() : new MoverFate.Fails(code, "Scripted");
    }
}
