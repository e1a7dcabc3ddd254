using System.Collections.Immutable;
using System.Xml;
using System.Xml.Linq;

namespace Backsnap.Host.Mover.HalfMade;

/// <summary>
/// A repository in a bucket, opened with the keys that the environment names; roles and profiles, which restic's client resolves itself, are
/// not known here. Buckets are named in the path, which Amazon and everybody else understands.
/// </summary>
internal sealed class S3Place : IPlace
{
    private const string UsualRegion = "us-east-1";

    private readonly Uri server;
    private readonly string bucket;
    private readonly string prefix;
    private readonly S3Signature signature;
    private readonly StoreClient client;

    private S3Place(Uri server, string bucket, string prefix, S3Signature signature, StoreClient client) =>
        (this.server, this.bucket, this.prefix, this.signature, this.client) = (server, bucket, prefix, signature, client);

    public static S3Place? Of(string address, IReadOnlyDictionary<string, string> environment)
    {
        // s3:https://host/bucket/path, s3:host/bucket/path and, from long ago, s3://host/bucket/path.
        var full = address.StartsWith("http://", StringComparison.Ordinal) || address.StartsWith("https://", StringComparison.Ordinal) ? address : "https://" + address.TrimStart('/');
        if (!Uri.TryCreate(full, UriKind.Absolute, out var uri)
            || environment.GetValueOrDefault("AWS_ACCESS_KEY_ID") is not { Length: > 0 } key || environment.GetValueOrDefault("AWS_SECRET_ACCESS_KEY") is not { Length: > 0 } secret)
            return null;
        var parts = Uri.UnescapeDataString(uri.AbsolutePath).Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts is not [var bucket, .. var below] || parts.Any(part => part is "." or ".."))
            return null;
        var token = environment.GetValueOrDefault("AWS_SESSION_TOKEN") is { Length: > 0 } given ? given : null;
        return new S3Place(
            new Uri(uri.GetLeftPart(UriPartial.Authority)),
            bucket,
            string.Concat(below.Select(part => part + "/")),
            new S3Signature(key, secret, token, Region(uri.Host, environment)),
            new StoreClient(environment.GetValueOrDefault("RESTIC_CACERT")));
    }

    public async Task<Remains?> List(CancellationToken stop) =>
        await Ask(HttpMethod.Get, "", [new("list-type", "2"), new("prefix", prefix)], stop).ConfigureAwait(false) is { Content: { } list } ? Parse(list, prefix) : null;

    public async Task<string?> Read(string name, CancellationToken stop) => (await Ask(HttpMethod.Get, prefix + name, [], stop).ConfigureAwait(false))?.Content;

    public async Task<bool> Remove(string name, CancellationToken stop) => (await Ask(HttpMethod.Delete, prefix + name, [], stop).ConfigureAwait(false))?.Content is not null;

    /// <summary>Reads an answer of ListObjectsV2; null when it is none, or not the whole of it.</summary>
    internal static Remains? Parse(string answer, string prefix)
    {
        try
        {
            using var reader = XmlReader.Create(new StringReader(answer), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
            var list = XDocument.Load(reader);
            IEnumerable<string> Values(string name) => list.Descendants().Where(element => element.Name.LocalName == name).Select(element => element.Value);
            return list.Root?.Name.LocalName == "ListBucketResult" && Values("IsTruncated").All(value => value == "false") && Values("Key").All(key => key.StartsWith(prefix, StringComparison.Ordinal))
                ? new Remains([.. Values("Key").Select(key => key[prefix.Length..])])
                : null;
        }
        catch (XmlException)
        {
            return null;
        }
    }

    private async Task<StoreAnswer?> Ask(HttpMethod method, string name, ImmutableArray<KeyValuePair<string, string>> query, CancellationToken stop)
    {
        var path = "/" + string.Join('/', $"{bucket}/{name}".TrimEnd('/').Split('/').Select(S3Signature.Encode));
        var address = server.GetLeftPart(UriPartial.Authority) + path + (query.IsEmpty ? "" : $"?{S3Signature.Query(query)}");
        using var request = new HttpRequestMessage(method, new Uri(address));
        foreach (var (header, value) in signature.Headers(method.Method, server.Authority, path, query, DateTime.UtcNow))
            request.Headers.TryAddWithoutValidation(header, value);
        return await client.Ask(request, stop).ConfigureAwait(false);
    }

    // s3.eu-central-1.amazonaws.com says it; other servers mostly do not care.
    private static string Region(string host, IReadOnlyDictionary<string, string> environment) =>
        environment.GetValueOrDefault("AWS_DEFAULT_REGION") is { Length: > 0 } set ? set
        : environment.GetValueOrDefault("AWS_REGION") is { Length: > 0 } other ? other
        : host.Split('.') is ["s3", var region, "amazonaws", ..] && region.Length > 0 && !region.StartsWith("dualstack", StringComparison.Ordinal) ? region
        : UsualRegion;
}
