using Backsnap.Host.Mover;
using Backsnap.Host.Tests.Mover;

namespace Backsnap.Host.Tests.Cli;

/// <summary>In a pod nobody reads a usage text: a command line that the parser refuses ends as every other failure of the mover.</summary>
public sealed class MoverParseTests
{
    [Theory]
    [InlineData("backup", "--no-such-option", "Unrecognized command or argument '--no-such-option'")]
    [InlineData("restore", "surplus", "Unrecognized command or argument 'surplus'")]
    [InlineData("resolve", "--as-of", "Required argument missing for option: '--as-of'")]
    public void A_command_line_that_cannot_be_read_leaves_a_result(string operation, string wrong, string why)
    {
        using var rig = new MoverRig();
        var result = rig.In("result.json");
        using var log = new StringWriter();
        var parsed = MoverCommand.Create().Parse([operation, "--result-file", result, "--repository", rig.Repository, wrong]);
        var status = MoverCommand.Refuse(parsed, string.Join("; ", parsed.Errors.Select(error => error.Message.TrimEnd('.'))), () => new MoverSurroundings(rig.ProcessEnvironment(), log, CancellationToken.None));
        Assert.Equal(FailureKind.BadConfiguration.ExitCode, status);
        var json = MoverRig.ReadResult(result);
        Assert.Equal("BadConfiguration", json.GetProperty("reason").GetString());
        Assert.Equal(operation, json.GetProperty("operation").GetString());
        Assert.Equal($"The mover's configuration is wrong: {why}. Correct the setting that the message names.", json.GetProperty("message").GetString());
        Assert.Contains(why, log.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_an_operation_it_is_a_command_line_like_any_other() =>
        Assert.Null(MoverCommand.Refuse(MoverCommand.Create().Parse(["bakcup"]), "wrong"));
}
