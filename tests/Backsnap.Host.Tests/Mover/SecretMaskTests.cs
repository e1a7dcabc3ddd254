using System.Collections.Immutable;
using Backsnap.Host.Mover;
using FsCheck.Fluent;

namespace Backsnap.Host.Tests.Mover;

public sealed class SecretMaskTests
{
    [Fact]
    public void No_secret_survives_in_any_text()
    {
        // Few letters, so that secrets overlap, contain each other, and meet the mask's own stars.
        var word = Gen.ArrayOf(Gen.Elements('a', 'b', '*', '\n', '%')).Select(letters => new string(letters));
        Laws.Hold(
            from secrets in Gen.ArrayOf(word)
            from pieces in Gen.ArrayOf(Gen.OneOf(word, secrets.Length == 0 ? word : Gen.Elements(secrets)))
            select (secrets, text: string.Concat(pieces)),
            sample => new SecretMask(sample.secrets).Apply(sample.text) is var masked && sample.secrets.Where(secret => secret.Length >= 4).All(secret => !masked.Contains(secret, StringComparison.Ordinal)),
            2000);
    }

    [Fact]
    public void What_is_no_secret_stays()
    {
        var mask = new SecretMask(["hunter22"]);

        Assert.Equal("the password is ***, not hunter2", mask.Apply("the password is hunter22, not hunter2"));
    }

    [Fact]
    public void Secrets_are_known_by_the_names_of_their_variables_and_within_addresses()
    {
        var environment = ImmutableDictionary<string, string>.Empty
            .Add("RESTIC_PASSWORD", "secret-1")
            .Add("AWS_SECRET_ACCESS_KEY", "secret-2")
            .Add("AWS_SESSION_TOKEN", "secret-3")
            .Add("RESTIC_REPOSITORY", "rest:https://user:secret%2D4@host/path")
            .Add("RCLONE_CONFIG_X_PASS", "secret-5")
            .Add("RESTIC_PASSWORD_FILE", "/no/secret");
        var mask = new SecretMask(ResticEnvironment.Secrets(environment));

        Assert.Equal(
            "*** *** *** rest:https://user:***@host/path *** /no/secret ***",
            mask.Apply("secret-1 secret-2 secret-3 rest:https://user:secret%2D4@host/path secret-5 /no/secret secret-4"));
    }

    [Fact]
    public async Task Neither_log_nor_result_of_a_run_holds_a_secret()
    {
        using var rig = new MoverRig();
        // The store's own words repeat the volume's path, which is made to hold the password.
        Directory.CreateDirectory(rig.In("password-in-the-path"));
        rig.Environment = rig.Environment.SetItem("RESTIC_PASSWORD", "password-in-the-path");

        var run = await rig.Run(rig.Options(Operation.Backup) with { Repository = rig.In("password-in-the-path/none/at/all/config"), Tags = ["about=password-in-the-path"], Path = rig.In("password-in-the-path") });

        Assert.DoesNotContain("password-in-the-path", run.Log + run.Result, StringComparison.Ordinal);
        Assert.Contains("***", run.Log, StringComparison.Ordinal);
    }
}
