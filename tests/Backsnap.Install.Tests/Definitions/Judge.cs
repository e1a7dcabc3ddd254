using System.Text.Json;
using System.Text.Json.Nodes;
using Backsnap.Host.Tests;
using Backsnap.Install.Tests.Running;

namespace Backsnap.Install.Tests.Definitions;

/// <summary>
/// The API server's own code (tests/Backsnap.Install.Tests/Tools/api-judge). Building it takes many minutes: scripts/api-judge.sh does it,
/// scripts/test.sh does not, and without it the tests that ask it are skipped.
/// </summary>
internal static class Judge
{
    /// <summary>What it says of a definition.</summary>
    public static async Task<string[]> Definition(string file) => JsonSerializer.Deserialize<string[]>(await Ask(["definition", file], ""))!;

    /// <summary>What it says of objects: created, or in the place of an old one.</summary>
    public static async Task<string[][]> Objects(string file, JsonArray cases) => JsonSerializer.Deserialize<string[][]>(await Ask(["objects", file], cases.ToJsonString()))!;

    /// <summary>What it says of the fields of objects of built-in kinds.</summary>
    public static async Task<string[][]> Kinds(IEnumerable<JsonObject> objects) =>
        JsonSerializer.Deserialize<string[][]>(await Ask(["kinds"], new JsonArray([.. objects.Select(obj => obj.DeepClone())]).ToJsonString()))!;

    private static async Task<string> Ask(string[] arguments, string input)
    {
        var program = Tools.InRepository("bin/api-judge");
        Skip.If(program is null, "api-judge is not built (scripts/api-judge.sh builds it)");
        var (status, output, errors) = await Command.Run(program!, arguments, input);
        Assert.True(status == 0, errors);
        return output;
    }
}
