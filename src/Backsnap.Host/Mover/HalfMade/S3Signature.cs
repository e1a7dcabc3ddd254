using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Backsnap.Host.Mover.HalfMade;

/// <summary>
/// Signs a request without a body as S3 asks for (Signature Version 4). Source: "Authenticating Requests: Using the Authorization Header" in
/// Amazon's reference of the S3 API, with whose examples it is tested.
/// </summary>
/// <param name="Key">The access key.</param>
/// <param name="Secret">The secret key.</param>
/// <param name="Token">The session token of temporary credentials; null without.</param>
/// <param name="Region">The region, as in us-east-1.</param>
internal sealed record S3Signature(string Key, string Secret, string? Token, string Region)
{
    private const string Service = "s3";

    private static readonly string NoBody = Hex(SHA256.HashData([]));

    /// <summary>The headers to add: what is signed, and the signature.</summary>
    /// <param name="method">GET or DELETE.</param>
    /// <param name="host">The value of the header Host, with the port where it is not the usual one.</param>
    /// <param name="path">The path, encoded by <see cref="Encode"/> but for its slashes.</param>
    /// <param name="query">Names and values, neither encoded nor sorted.</param>
    /// <param name="now">The time, UTC.</param>
    public IReadOnlyList<KeyValuePair<string, string>> Headers(string method, string host, string path, IEnumerable<KeyValuePair<string, string>> query, DateTime now)
    {
        var time = now.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        List<KeyValuePair<string, string>> added = [new("x-amz-content-sha256", NoBody), new("x-amz-date", time), .. Token is { } token ? [new("x-amz-security-token", token)] : Array.Empty<KeyValuePair<string, string>>()];
        List<KeyValuePair<string, string>> signed = [new("host", host), .. added];
        var names = string.Join(';', signed.Select(header => header.Key));
        var asked = string.Join('\n', [method, path, Query(query), .. signed.Select(header => $"{header.Key}:{header.Value}"), "", names, NoBody]);
        var scope = $"{time[..8]}/{Region}/{Service}/aws4_request";
        var toSign = $"AWS4-HMAC-SHA256\n{time}\n{scope}\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(asked)))}";
        var signature = Hex(Mac(SigningKey(time[..8]), toSign));
        return [.. added, new("Authorization", $"AWS4-HMAC-SHA256 Credential={Key}/{scope}, SignedHeaders={names}, Signature={signature}")];
    }

    /// <summary>Names and values as they stand in the address, in the order in which they are signed.</summary>
    public static string Query(IEnumerable<KeyValuePair<string, string>> query) =>
        string.Join('&', query.Select(pair => $"{Encode(pair.Key)}={Encode(pair.Value)}").Order(StringComparer.Ordinal));

    /// <summary>All but letters, digits and <c>-._~</c> as %XX.</summary>
    public static string Encode(string text) => Uri.EscapeDataString(text);

    private byte[] SigningKey(string day) =>
        new[] { day, Region, Service, "aws4_request" }.Aggregate(Encoding.UTF8.GetBytes("AWS4" + Secret), Mac);

    private static byte[] Mac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
