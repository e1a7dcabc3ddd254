using System.Text.Json.Nodes;
using Backsnap.Install.Tests.Chart;
using Backsnap.Install.Tests.Manifests;
using Backsnap.Install.Tests.Running;

namespace Backsnap.Install.Tests.Definitions;

/// <summary>The definitions of the custom resources, and all built-in objects, before the API server's own code.</summary>
public sealed class DefinitionTests
{
    private const string Backups = "pvcbackups", Restores = "pvcrestores", Maintenances = "pvcmaintenances";

    [SkippableTheory]
    [InlineData(Backups)]
    [InlineData(Restores)]
    [InlineData(Maintenances)]
    public async Task A_definition_is_valid_and_its_rules_are_typed_and_cheap(string plural) => Assert.Empty(await Judge.Definition(File(plural)));

    [SkippableTheory]
    [InlineData(Backups, "{pvc: orders}")]
    [InlineData(Backups, "{pvc: orders, ttl: 1h30m}")]
    [InlineData(Backups, "{pvc: orders, ttl: '0'}")]
    [InlineData(Backups, "{pvc: orders, ttl: 2d, nodeSelector: {a: b}, tolerations: [{key: a, operator: Exists, effect: NoSchedule}], labels: {a: b}}")]
    [InlineData(Restores, "{sourcePvc: orders}")]
    [InlineData(Restores, "{sourcePvc: orders, sourceSnapshot: latest, sourceNamespace: '', targetPvc: ''}")]
    [InlineData(Restores, "{sourcePvc: orders, asOf: '2026-11-22T04:00:00Z', sourceSnapshot: ''}")]
    [InlineData(Restores, "{sourcePvc: orders, targetPvcSize: 20Gi, accessModes: [ReadWriteOnce], storageClassName: fast}")]
    [InlineData(Restores, "{sourcePvc: orders, targetPvcSize: 5}")]
    [InlineData(Maintenances, "{pvc: orders, operation: Prune}")]
    [InlineData(Maintenances, "{pvc: orders, operation: Check, readData: 3/10}")]
    [InlineData(Maintenances, "{pvc: orders, operation: Check, readData: 256/256}")]
    public async Task What_can_be_meant_is_taken(string plural, string spec) => Assert.Empty(await Create(plural, spec));

    [SkippableTheory]
    [InlineData(Backups, "{}", "spec.pvc: Required")]
    [InlineData(Backups, "{pvc: Orders}", "spec.pvc")]
    [InlineData(Backups, "{pvc: orders, ttl: soon}", "spec.ttl")]
    [InlineData(Backups, "{pvc: orders, surprise: 1}", "unknown field")]
    [InlineData(Backups, "{pvc: orders, tolerations: [{effect: Never}]}", "effect")]
    [InlineData(Restores, "{sourcePvc: orders, asOf: yesterday}", "spec.asOf")]
    [InlineData(Restores, "{sourcePvc: orders, asOf: '2026-11-22T04:00:00Z', sourceSnapshot: abc}", "not both")]
    [InlineData(Restores, "{sourcePvc: orders, targetPvcSize: big}", "spec.targetPvcSize")]
    [InlineData(Restores, "{sourcePvc: orders, accessModes: [Often]}", "spec.accessModes")]
    [InlineData(Restores, "{sourcePvc: orders, accessModes: [ReadWriteOnce, ReadWriteOnce]}", "Duplicate")]
    [InlineData(Restores, "{sourcePvc: orders, sourceSnapshot: xyz}", "spec.sourceSnapshot")]
    [InlineData(Maintenances, "{pvc: orders, operation: Mend}", "spec.operation")]
    [InlineData(Maintenances, "{pvc: orders, operation: Prune, readData: 1/1}", "readData is for a Check")]
    [InlineData(Maintenances, "{pvc: orders, operation: Check, readData: 11/10}", "no such part")]
    [InlineData(Maintenances, "{pvc: orders, operation: Check, readData: 1/257}", "no such part")]
    public async Task What_cannot_be_meant_is_refused_by_name(string plural, string spec, string named) =>
        Assert.Contains(await Create(plural, spec), error => error.Contains(named, StringComparison.Ordinal));

    [SkippableTheory]
    [InlineData(Backups, "{pvc: orders}", "{pvc: orders, ttl: 5h, labels: {a: b}}", null)]
    [InlineData(Backups, "{pvc: orders}", "{pvc: others}", "cannot be changed")]
    [InlineData(Restores, "{sourcePvc: orders, targetPvcSize: 5}", "{sourcePvc: orders, targetPvcSize: 5, ttl: 5h}", null)]
    [InlineData(Restores, "{sourcePvc: orders}", "{sourcePvc: orders, sourceSnapshot: ''}", null)]
    [InlineData(Restores, "{sourcePvc: orders}", "{sourcePvc: others}", "sourcePvc cannot be changed")]
    [InlineData(Restores, "{sourcePvc: orders}", "{sourcePvc: orders, sourceNamespace: shop}", "sourceNamespace cannot be changed")]
    [InlineData(Restores, "{sourcePvc: orders}", "{sourcePvc: orders, sourceSnapshot: abc}", "sourceSnapshot cannot be changed")]
    [InlineData(Restores, "{sourcePvc: orders}", "{sourcePvc: orders, asOf: '2026-11-22T04:00:00Z'}", "asOf cannot be changed")]
    [InlineData(Restores, "{sourcePvc: orders, targetPvc: a}", "{sourcePvc: orders, targetPvc: b}", "targetPvc cannot be changed")]
    [InlineData(Restores, "{sourcePvc: orders, targetPvcSize: 5Gi}", "{sourcePvc: orders, targetPvcSize: 6Gi}", "targetPvcSize cannot be changed")]
    [InlineData(Restores, "{sourcePvc: orders}", "{sourcePvc: orders, storageClassName: fast}", "storageClassName cannot be changed")]
    [InlineData(Restores, "{sourcePvc: orders}", "{sourcePvc: orders, accessModes: [ReadWriteMany]}", "accessModes cannot be changed")]
    [InlineData(Maintenances, "{pvc: orders, operation: Prune}", "{pvc: orders, operation: Check}", "operation cannot be changed")]
    public async Task What_was_begun_cannot_become_something_else(string plural, string before, string after, string? named)
    {
        var told = (await Judge.Objects(File(plural), [new JsonObject { ["old"] = Object(plural, before), ["object"] = Object(plural, after) }])).Single();

        if (named is null)
        {
            Assert.Empty(told);
        }
        else
        {
            Assert.Contains(told, error => error.Contains(named, StringComparison.Ordinal));
        }
    }

    [SkippableTheory]
    [InlineData("config/default")]
    [InlineData("config/namespaced")]
    public async Task The_manifests_have_only_fields_that_exist(string directory) =>
        Assert.All(await Judge.Kinds((await Kustomization.Render(directory)).Where(IsBuiltIn)), Assert.Empty);

    [SkippableTheory]
    [MemberData(nameof(ChartTests.ValueSets), MemberType = typeof(ChartTests))]
    public async Task The_chart_has_only_fields_that_exist(string set)
    {
        var rendered = await HelmTemplate.Render(Repository.Read($"tests/Backsnap.Install.Tests/Chart/Values/{set}.yaml"));

        Assert.All(await Judge.Kinds(rendered.Objects.Where(IsBuiltIn)), Assert.Empty);
    }

    private static bool IsBuiltIn(JsonObject obj) => obj.Kind() is not ("CustomResourceDefinition" or "ServiceMonitor" or "PrometheusRule");

    private static async Task<string[]> Create(string plural, string spec) =>
        (await Judge.Objects(File(plural), [new JsonObject { ["object"] = Object(plural, spec) }])).Single();

    private static string File(string plural) => Repository.At($"config/crd/bases/backsnap.skyb.it_{plural}.yaml");

    private static JsonObject Object(string plural, string spec) => new()
    {
        ["apiVersion"] = "backsnap.skyb.it/v1alpha1",
        ["kind"] = plural switch { Backups => "PVCBackup", Restores => "PVCRestore", Maintenances => "PVCMaintenance", _ => throw new ArgumentException(plural, nameof(plural)) },
        ["metadata"] = new JsonObject { ["name"] = "one", ["namespace"] = "shop" },
        ["spec"] = Objects.Read(spec).Single(),
    };
}
