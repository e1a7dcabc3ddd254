using Backsnap.Host.Cli;

namespace Backsnap.Host.Tests.Cli;

public sealed class HelpTests
{
    [Theory]
    [InlineData()]
    [InlineData("help")]
    [InlineData("--help")]
    [InlineData("-h")]
    public void Help_names_every_command(params string[] arguments)
    {
        var said = Program.Run(arguments);
        Assert.Equal((0, ""), (said.Status, said.Error));
        Assert.All(["run", "plan", "schedule", "sandbox", "mover", "tree", "crds", "version"], command => Assert.Matches($@"(?m)^  {command}\b", said.Out));
    }

    [Theory]
    [InlineData("help", "plan")]
    [InlineData("plan", "--help")]
    [InlineData("help", "run")]
    public void Help_about_a_command_names_every_flag(params string[] arguments)
    {
        var said = Program.Run(arguments);
        Assert.Equal(0, said.Status);
        Assert.All(Flags.All, flag => Assert.Contains("--" + flag.Name, said.Out, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("version")]
    public void The_version_is_the_programs(string argument)
    {
        var said = Program.Run(argument);
        Assert.Equal((0, $"backsnap {VersionCommand.Version}\n"), (said.Status, said.Out));
        Assert.Matches(@"^\d+\.\d+\.\d+", VersionCommand.Version);
    }

    [Fact]
    public void The_definitions_of_all_kinds_are_printed_as_they_are_in_the_program()
    {
        var said = Program.Run("crds");
        Assert.Equal(3, CustomResources.Documents.Count);
        Assert.Contains("name: pvcbackups.backsnap.skyb.it", said.Out, StringComparison.Ordinal);
        Assert.Contains("name: pvcrestores.backsnap.skyb.it", said.Out, StringComparison.Ordinal);
        Assert.Contains("name: pvcmaintenances.backsnap.skyb.it", said.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_variable_is_named_after_its_flag() => Assert.Equal("BACKSNAP_S3_ACCESS_KEY_ID", Flags.S3AccessKeyId.Variable);

    [Fact]
    public void No_two_flags_share_a_name() => Assert.Equal(Flags.All.Count, Flags.All.Select(flag => flag.Name).Distinct().Count());
}
