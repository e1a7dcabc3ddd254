using Backsnap.Domain.Movers;
using Backsnap.Domain.Objects;

namespace Backsnap.Host.Tests.Cli;

/// <summary>Passwords for namespaces and claims: what is printed, and what cannot be.</summary>
public sealed class PasswordTests
{
    private const string Master = "correct horse battery staple";

    [Fact]
    public void A_password_is_printed_for_whom_it_is_derived_or_it_is_said_why_not()
    {
        using var shell = new Transcript();
        var file = shell.Write("credentials", $"RESTIC_PASSWORD={Master}\n");
        var poor = shell.Write("poor", "RESTIC_PASSWORD=hunter2\n");
        var command = shell.Write("command", "RESTIC_PASSWORD_COMMAND=pass show backups\n");
        shell.Type("password", "--secret-file", file, "--derive-passwords", "namespace", "shop");
        shell.Type("password", "--secret-file", file, "--derive-passwords", "namespace", "shop/orders");
        shell.Type("password", "--secret-file", file, "--derive-passwords", "claim", "shop/orders");
        shell.TypeWith(new() { ["RESTIC_PASSWORD"] = Master, ["BACKSNAP_DERIVE_PASSWORDS"] = "claim" }, "password", "shop/orders");
        shell.Type("password", "--secret-file", file, "--derive-passwords", "claim", "shop");
        shell.Type("password", "--secret-file", file, "shop/orders");
        shell.Type("password", "--secret-file", file, "--derive-passwords", "volume", "shop/orders");
        shell.Type("password", "--secret-file", file, "--derive-passwords", "namespace", "Shop");
        shell.Type("password", "--secret-file", file, "--derive-passwords", "claim", "shop/orders/x");
        shell.Type("password", "--secret-file", file, "--derive-passwords", "claim", "/");
        shell.Type("password", "--secret-file", poor, "--derive-passwords", "claim", "shop/orders");
        shell.Type("password", "--secret-file", command, "--derive-passwords", "claim", "shop/orders");
        shell.Type("password", "--derive-passwords", "claim", "shop/orders");
        shell.Type("password", "--derive-passwords", "claim");
        shell.Matches("password.txt");
    }

    [Fact]
    public void An_operator_does_not_start_with_a_password_that_none_can_be_derived_from()
    {
        using var shell = new Transcript();
        string[] run = ["run", "--repository", "/srv/backups", "--image", "x", "--derive-passwords"];
        shell.TypeWith(new() { ["RESTIC_PASSWORD"] = "hunter2" }, [.. run, "namespace"]);
        shell.TypeWith(new() { ["RESTIC_PASSWORD_COMMAND"] = "pass show backups" }, [.. run, "namespace"]);
        shell.TypeWith([], [.. run, "namespace"]);
        shell.TypeWith(new() { ["RESTIC_PASSWORD"] = Master }, [.. run, "everybody"]);
        // Two claims with two passwords and one repository cannot be.
        shell.TypeWith(new() { ["RESTIC_PASSWORD"] = Master }, [.. run, "claim", "--repository-path", "{namespace}-{claim}"]);
        shell.Matches("derived-passwords.txt");
    }

    [Fact]
    public void Movers_of_another_password_read_another_Secret()
    {
        string Name(params string[] arguments) => ChildName.OfCredentials(
            "now", new Uid("u"), Told.Of(new Dictionary<string, string> { ["RESTIC_PASSWORD"] = Master }, ["run", .. arguments]).Settings.Mover.Naming);
        Assert.Equal(Name(), Name("--derive-passwords", "none"));
        Assert.Equal(3, new[] { Name(), Name("--derive-passwords", "namespace"), Name("--derive-passwords", "claim") }.Distinct().Count());
        Assert.Equal(PasswordScope.Claim, Told.Of(new Dictionary<string, string> { ["RESTIC_PASSWORD"] = Master }, "run", "--derive-passwords", "claim").Settings.Mover.Passwords);
    }
}
