using System.Text;
using Backsnap.Domain.Movers;
using Backsnap.Domain.Objects;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Backsnap.Host.Operator;

/// <summary>
/// The repository's credentials, as names and values of environment variables. The values leave this object only into a
/// Secret's data; printing it shows names.
/// </summary>
internal sealed class Credentials(IReadOnlyDictionary<string, string> values)
{
    /// <summary>The key that holds certificates instead of a variable.</summary>
    public const string Authority = "ca.crt";

    /// <summary>The variable that holds the repositories' password.</summary>
    public const string Password = "RESTIC_PASSWORD";

    /// <summary>No credentials: for planning only.</summary>
    public static Credentials None { get; } = new(new Dictionary<string, string>());

    /// <summary>The names of the variables, sorted.</summary>
    public Seq<string> Keys { get; } = values.Keys.Where(key => key != Authority).OrderBy(key => key, StringComparer.Ordinal).ToSeq().Strict();

    /// <summary>What the names of their copies are made with, which differ where their passwords do.</summary>
    public NamingKey Naming(PasswordScope passwords) => values.Count == 0
        ? NamingKey.None
        : NamingKey.Of(passwords == PasswordScope.Master ? values : values.Append(KeyValuePair.Create("--derive-passwords", passwords.ToString())));

    /// <summary>Whether there are certificates to trust.</summary>
    public bool HasAuthority => values.ContainsKey(Authority);

    /// <summary>Whether a variable is there.</summary>
    public bool Has(string key) => values.ContainsKey(key);

    /// <summary>One value; for handing to a process of ours, never for printing.</summary>
    public Option<string> Find(string key) => values.TryGetValue(key, out var value) ? Some(value) : Option<string>.None;

    /// <summary>A Secret's manifest with the data of the given keys.</summary>
    /// <param name="manifest">The manifest.</param>
    /// <param name="keys">The keys.</param>
    /// <param name="passwordOf">For whom the password is derived; None for the password itself.</param>
    public Node Fill(Node manifest, Seq<string> keys, Option<string> passwordOf) => manifest is Node.Fields fields
        ? new Node.Fields(fields.Values.Add(new Node.Field("data", new Node.Fields(keys
            .Filter(values.ContainsKey)
            .Map(key => new Node.Field(key, new Node.Text(Convert.ToBase64String(Encoding.UTF8.GetBytes(Value(key, passwordOf))))))
            .Strict()))))
        : manifest;

    private string Value(string key, Option<string> passwordOf) => key == Password ? passwordOf.Match(holder => DerivedPassword.Of(values[key], holder), () => values[key]) : values[key];

    /// <inheritdoc/>
    public override string ToString() => $"credentials: {string.Join(", ", Keys)}";
}
