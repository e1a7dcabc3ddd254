using Backsnap.Host.Mover;

namespace Backsnap.Host.Tests.Mover;

/// <summary>A mover whose namespace has a repository and credentials of its own.</summary>
public sealed class OwnRepositoryTests
{
    [Fact]
    public async Task The_Secrets_address_goes_before_the_operators_and_the_claims_path_lies_below_it()
    {
        using var rig = new MoverRig();
        rig.MakeTree();
        rig.Environment = rig.Environment.Add("RESTIC_REPOSITORY", rig.In("own") + "/");
        var run = await rig.Run(rig.Options(Operation.Backup) with { RepositoryBelow = "shop/orders" });
        Assert.Equal(0, run.ExitCode);
        Assert.True(File.Exists(Path.Combine(rig.In("own"), "shop", "orders", "config")), run.Log);
        Assert.False(Directory.Exists(rig.Repository));
    }

    [Fact]
    public async Task Without_an_address_in_the_Secret_the_operators_repository_is_used()
    {
        using var rig = new MoverRig();
        rig.MakeTree();
        var run = await rig.Run(rig.Options(Operation.Backup) with { RepositoryBelow = "shop/orders" });
        Assert.Equal(0, run.ExitCode);
        Assert.True(File.Exists(Path.Combine(rig.Repository, "config")), run.Log);
    }

    [Theory]
    [InlineData("../other")]
    [InlineData("shop//orders")]
    [InlineData("shop/./orders")]
    [InlineData("shop/or ders")]
    public async Task A_path_that_leads_elsewhere_is_refused(string below)
    {
        using var rig = new MoverRig();
        var run = await rig.Run(rig.Options(Operation.Backup) with { RepositoryBelow = below });
        Assert.Equal((27, "BadConfiguration"), (run.ExitCode, run.Reason));
    }

    [Fact]
    public async Task A_Secret_without_a_password_is_named_at_once()
    {
        using var rig = new MoverRig();
        rig.Environment = rig.Environment.Remove("RESTIC_PASSWORD");
        var run = await rig.Run(rig.Options(Operation.Backup) with { RepositoryBelow = "shop/orders" });
        Assert.Equal(27, run.ExitCode);
        Assert.Contains("RESTIC_PASSWORD", run.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Certificates_are_trusted_where_the_Secret_holds_them(bool held)
    {
        var environment = ResticEnvironment.WithAuthority(
            new Dictionary<string, string> { [ResticEnvironment.OptionalAuthority] = "/etc/backsnap/repository/ca.crt" }, path => held ? path : null);
        Assert.Equal(held, environment.ContainsKey("RESTIC_CACERT"));
    }
}
