using System.Text;
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

    /// <summary>No credentials: for planning only.</summary>
    public static Credentials None { get; } = new(new Dictionary<string, string>());

    /// <summary>The names of the variables, sorted.</summary>
    public Seq<string> Keys { get; } = values.Keys.Where(key => key != Authority).OrderBy(key => key, StringComparer.Ordinal).ToSeq().Strict();

    /// <summary>What the names of their copies are made with.</summary>
    public NamingKey Naming { get; } = values.Count == 0 ? NamingKey.None : NamingKey.Of(values);

    /// <summary>Whether there are certificates to trust.</summary>
    public bool HasAuthority => values.ContainsKey(Authority);

    /// <summary>Whether a variable is there.</summary>
    public bool Has(string key) => values.ContainsKey(key);

    /// <summary>One value; for handing to a process of ours, never for printing.</summary>
    public Option<string> Find(string key) => values.TryGetValue(key, out var value) ? Some(value) : Option<string>.None;

    /// <summary>A Secret's manifest with the data of the given keys.</summary>
    public Node Fill(Node manifest, Seq<string> keys) => manifest is Node.Fields fields
        ? new Node.Fields(fields.Values.Add(new Node.Field("data", new Node.Fields(keys
            .Filter(values.ContainsKey)
            .Map(key => new Node.Field(key, new Node.Text(Convert.ToBase64String(Encoding.UTF8.GetBytes(values[key])))))
            .Strict()))))
        : manifest;

    /// <inheritdoc/>
    public override string ToString() => $"credentials: {string.Join(", ", Keys)}";
}
