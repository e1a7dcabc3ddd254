using System.Text.Json.Nodes;
using Backsnap.EndToEnd.Tests.Running;
using Backsnap.Kubernetes;

namespace Backsnap.EndToEnd.Tests.Rights;

/// <summary>The shipped rights are those that are used: none is missing, and there is none that nothing needs.</summary>
public sealed class RightsTests
{
    private static readonly Lazy<Task<IReadOnlyList<Asked>>> Told = new(() => RightsStories.Tell(isolated: false));

    public static TheoryData<string> Shipped => [.. ShippedRights.Rights(isolated: false).Select(right => right.ToString())];

    [SkippableTheory]
    [MemberData(nameof(Shipped))]
    public async Task Without_it_something_is_refused(string right)
    {
        Skip.IfNot(E2ESettings.IsEmbedded, Elsewhere);
        IsNeeded(right, await Told.Value);
    }

    [SkippableFact]
    public async Task A_right_that_was_taken_away_is_missed_by_name()
    {
        Skip.IfNot(E2ESettings.IsEmbedded, Elsewhere);
        await using var scenario = await Scenario.Begin();
        await scenario.FilledClaim("orders", seed: 83);
        await scenario.Account.Revoke(ShippedRights.Rights(isolated: false).Single(right => right is { Verb: "create", Resource: "jobs" }));
        scenario.StartOperator();
        await scenario.Create(Resources.PvcBackups, scenario.Namespace, Manifests.Backup(scenario.Namespace, "in-vain", "orders", null));

        await Eventually.True(
            async () => (await scenario.Account.Requests()).Any(request => request.AllowedBy.Count == 0),
            () => $"nothing was refused\n{scenario.Story()}");
        var missed = await Assert.ThrowsAnyAsync<Exception>(() => scenario.Account.NothingWasRefused(() => ""));
        Assert.Contains($"refused was create jobs.batch in namespace {scenario.Namespace}", missed.Message, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task For_the_whole_cluster_the_shipped_objects_suffice_as_they_are(bool isolated)
    {
        Skip.IfNot(E2ESettings.IsEmbedded, Elsewhere);
        await using var scenario = await Scenario.BeginAlone(isolated);
        await scenario.FilledClaim("orders", seed: 84);
        var before = await scenario.SnapshotFingerprint("orders");
        scenario.StartOperator("--leader-elect", "--leader-elect-namespace", scenario.Home);

        Assert.Equal("Succeeded", (await scenario.BackUp("saved", "orders")).Status!.Result);
        await scenario.DeleteClaim("orders");
        Assert.Equal("Succeeded", (await scenario.Restore("back", new JsonObject { ["sourcePvc"] = "orders" })).Status!.Result);

        await scenario.Clean();
        Assert.Equal(before, await scenario.Fingerprint("orders"));
    }

    internal const string Elsewhere = "only the embedded cluster says which rule allowed a request";

    internal static void IsNeeded(string right, IReadOnlyList<Asked> asked)
    {
        var allowed = asked.Where(request => request.AllowedBy.Any(by => by.ToString() == right)).ToList();
        Assert.True(allowed.Count > 0, $"nothing uses the right \"{right}\"");
        Assert.True(
            allowed.Any(request => request.AllowedBy.Count == 1),
            $"the right \"{right}\" is superfluous: all that it allows is allowed by another, too ({string.Join("; ", allowed.Take(3))})");
    }
}

/// <summary>The same of the rights that are shipped for movers in a namespace of their own.</summary>
public sealed class IsolatedRightsTests
{
    private static readonly Lazy<Task<IReadOnlyList<Asked>>> Told = new(() => RightsStories.Tell(isolated: true));

    public static TheoryData<string> Shipped => [.. ShippedRights.Rights(isolated: true).Select(right => right.ToString())];

    [SkippableTheory]
    [MemberData(nameof(Shipped))]
    public async Task Without_it_something_is_refused(string right)
    {
        Skip.IfNot(E2ESettings.IsEmbedded, RightsTests.Elsewhere);
        RightsTests.IsNeeded(right, await Told.Value);
    }
}
