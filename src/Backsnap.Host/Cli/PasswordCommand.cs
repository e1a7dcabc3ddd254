using System.CommandLine;
using Backsnap.Domain.Claims;
using Backsnap.Domain.Movers;
using Backsnap.Host.Operator;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Backsnap.Host.Cli;

/// <summary><c>backsnap password NAMESPACE[/CLAIM]</c>: the password of a repository, for whoever has the one that it is derived from. It asks no cluster.</summary>
internal static class PasswordCommand
{
    private static readonly Flag[] Read = [Flags.DerivePasswords, Flags.SecretFile, Flags.CaFile, Flags.S3AccessKeyId, Flags.S3SecretAccessKey, Flags.ResticPassword];

    /// <summary>The command.</summary>
    /// <param name="environment">The environment variables that stand in for flags, and the password.</param>
    public static Command Create(Func<string, string?> environment)
    {
        var command = new Command("password", "Print the password of a namespace's or a claim's repositories, where passwords are derived (--derive-passwords).");
        var holder = new Argument<string>("NAMESPACE[/CLAIM]") { Description = "Whose password." };
        var options = Read.ToDictionary(flag => flag, flag => flag.ToOption());
        command.Arguments.Add(holder);
        foreach (var option in options.Values)
        {
            command.Options.Add(option);
        }

        command.SetAction(parsed =>
        {
            var values = new FlagValues(parsed, options, environment);
            return CredentialSource.Read(values, environment).Bind(credentials => PasswordScopes.Read(values, credentials).Bind(scope => Find(parsed.GetValue(holder) ?? "", scope, credentials))).Match(
                Succ: password =>
                {
                    Console.Out.WriteLine(password);
                    return 0;
                },
                Fail: problems => Complaint.Say(Complaint.BadInput, problems));
        });
        return command;
    }

    private static Validation<string, string> Find(string whose, PasswordScope scope, Credentials credentials) => Holder(whose, scope).Match(
        Right: holder => credentials.Find(Credentials.Password).Match(
            master => Success<string, string>(DerivedPassword.Of(master, holder)),
            () => Fail<string, string>("no password to derive from: put RESTIC_PASSWORD into the environment or into --secret-file")),
        Left: Fail<string, string>);

    private static Either<string, string> Holder(string whose, PasswordScope scope) => (scope, whose.Contains('/', StringComparison.Ordinal)) switch
    {
        (PasswordScope.Master, _) => Left<string, string>("no passwords are derived (--derive-passwords=none): RESTIC_PASSWORD itself opens every repository"),
        (PasswordScope.Namespace, false) => NamespaceName.Parse(whose).Map(ns => ns.Value).MapLeft(error => error.Message),
        (PasswordScope.Claim, false) => Left<string, string>($"with --derive-passwords=claim each claim has a password of its own: write {(whose.Length > 0 ? whose : "NAMESPACE")}/CLAIM"),
        (_, true) => ClaimRef.Parse(whose).MapLeft(error => error.Message).Bind(claim => DerivedPassword.Holder(scope, claim).ToEither("")),
        (PasswordScope other, false) => throw new System.Diagnostics.UnreachableException($"{other}"),
    };
}
