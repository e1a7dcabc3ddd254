using System.CommandLine;
using Backsnap.Host.Cli;

namespace Backsnap.Host.Tests.Cli;

/// <summary>Settings as the program reads them.</summary>
internal static class Told
{
    public static OperatorOptions Of(Dictionary<string, string> environment, params string[] arguments)
    {
        var command = new Command("run");
        var options = Flags.All.ToDictionary(flag => flag, flag => flag.ToOption());
        foreach (var option in options.Values)
        {
            command.Options.Add(option);
        }

        var spelled = CommandLine.Normalize(arguments);
        var parsed = command.Parse(spelled is ["run", .. var rest] ? rest : spelled, new ParserConfiguration { ResponseFileTokenReplacer = null });
        Assert.Empty(parsed.Errors);
        return OperatorOptions.Read(parsed, options, name => environment.GetValueOrDefault(name), complete: false)
            .Match(Succ: read => read, Fail: problems => throw new InvalidOperationException(string.Join("; ", problems)));
    }
}
