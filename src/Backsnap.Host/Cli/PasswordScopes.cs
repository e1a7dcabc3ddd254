using Backsnap.Domain.Movers;
using Backsnap.Host.Operator;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Backsnap.Host.Cli;

/// <summary>The flag <c>--derive-passwords</c>, and what it asks of the password that others are derived from.</summary>
internal static class PasswordScopes
{
    /// <summary>Reads the flag, and holds it against the credentials.</summary>
    public static Validation<string, PasswordScope> Read(FlagValues values, Credentials credentials) => values.Parse(Flags.DerivePasswords, Parse)
        .Bind(scope => scope == PasswordScope.Master ? Success<string, PasswordScope>(scope) : Derivable(credentials).Match(Fail<string, PasswordScope>, () => Success<string, PasswordScope>(scope)));

    private static Either<string, PasswordScope> Parse(string text) => text switch
    {
        "none" or "" => Right<string, PasswordScope>(PasswordScope.Master),
        "namespace" => Right<string, PasswordScope>(PasswordScope.Namespace),
        "claim" => Right<string, PasswordScope>(PasswordScope.Claim),
        _ => Left<string, PasswordScope>($"'{text}' says for whom no passwords can be derived: write none, namespace or claim"),
    };

    // Where there is no password at all, that is told as for everybody.
    private static Option<string> Derivable(Credentials credentials) =>
        credentials.Has(RepositoryVariables.PasswordCommand)
            ? Some($"--derive-passwords derives from {Credentials.Password}; with {RepositoryVariables.PasswordCommand}, movers would have the password for all themselves: take it away")
            : credentials.Find(Credentials.Password).Filter(password => password.Length < DerivedPassword.ShortestMaster).Map(password =>
                $"--derive-passwords needs a {Credentials.Password} that nobody can guess, as guesses at it can be tried on every password that is derived from it: "
                + $"{password.Length} characters are too few, {DerivedPassword.ShortestMaster} the least (make one with: openssl rand -base64 32)");
}
