using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Backsnap.EndToEnd.Tests.Running;

/// <summary>
/// Looks for the credentials of a test in all that was written while it ran: every state of every object of the embedded cluster, Events and statuses
/// among them, every line of its pods' logs, all that operators and other commands printed, and the operators' pages of metrics. The data of Secrets
/// are the one place where they may be.
/// </summary>
internal sealed class CredentialScan
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly string[] SecretWords = ["PASSWORD", "KEY", "TOKEN", "SECRET"];

    private readonly string? record;
    private readonly long begin;
    private readonly int processes = BacksnapProcess.Started;
    private readonly ConcurrentDictionary<string, byte> guarded = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> pages = new(StringComparer.Ordinal);

    private CredentialScan(string? record) => (this.record, begin) = (record, record is null ? 0 : new FileInfo(record).Length);

    /// <summary>Begins with what is written from now on.</summary>
    public static CredentialScan Begin(string? record) => new(record);

    /// <summary>Guards these values.</summary>
    public void Guard(params IEnumerable<string> credentials)
    {
        // What is as short as a word may stand anywhere by chance.
        foreach (var credential in credentials.Where(value => value.Length >= 6))
        {
            guarded.TryAdd(credential, 0);
        }
    }

    /// <summary>Guards what a file for <c>--secret-file</c> keeps secret.</summary>
    public void GuardFile(string file) => Guard(Entries(file)
        .Where(pair => !pair.Key.EndsWith("_COMMAND", StringComparison.Ordinal) && SecretWords.Any(word => pair.Key.Contains(word, StringComparison.Ordinal)))
        .Select(pair => pair.Value));

    /// <summary>The variables that a file for <c>--secret-file</c> has.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Entries(string file) => File.ReadAllLines(file)
        .Where(line => !line.StartsWith('#') && line.Contains('=', StringComparison.Ordinal))
        .Select(line => line.Split('=', 2))
        .Select(pair => KeyValuePair.Create(pair[0], pair[1].Trim().Trim('"', '\'')));

    /// <summary>Guards what the flags of an operator name.</summary>
    public void GuardFlags(IReadOnlyList<string> flags)
    {
        for (var i = 0; i + 1 < flags.Count; i++)
        {
            if (flags[i] == "--secret-file" && File.Exists(flags[i + 1]))
            {
                GuardFile(flags[i + 1]);
            }
        }
    }

    /// <summary>An address for an operator's page of metrics, which is looked at in the end.</summary>
    public void Metrics(out string address)
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        address = $"127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}";
        pages.TryAdd(address, "");
    }

    /// <summary>Reads the pages of those operators that still run.</summary>
    public async Task Scrape()
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        foreach (var address in pages.Keys)
        {
            try
            {
                pages[address] = await client.GetStringAsync(new Uri($"http://{address}/metrics"));
            }
            catch (Exception gone) when (gone is HttpRequestException or TaskCanceledException)
            {
                // An operator that was killed or stopped.
            }
        }
    }

    /// <summary>Fails where a credential was found.</summary>
    public void Testify()
    {
        var found = Found();
        Assert.True(found.Count == 0, $"credentials were found where they have no business:\n{string.Join('\n', found)}");
    }

    /// <summary>Where credentials were found.</summary>
    public IReadOnlyList<string> Found()
    {
        var needles = guarded.Keys.SelectMany(Forms).Distinct(StringComparer.Ordinal).ToArray();
        return
        [
            .. Written().Where(Holds).Select(line => Place(line, Holds)).OfType<string>().Distinct(StringComparer.Ordinal),
            .. BacksnapProcess.PrintedSince(processes).Where(Holds).Select(line => $"output: {Blank(line)}"),
            .. pages.Where(page => Holds(page.Value)).Select(page => $"metrics of {page.Key}"),
        ];

        bool Holds(string text) => needles.Any(needle => text.Contains(needle, StringComparison.Ordinal));

        string Blank(string line) => needles.Aggregate(line, (text, needle) => text.Replace(needle, "***", StringComparison.Ordinal));
    }

    // As it is, as it stands in an address or in JSON, and in base64 at any place within something longer.
    private static IEnumerable<string> Forms(string credential)
    {
        yield return credential;
        yield return Uri.EscapeDataString(credential);
        yield return JsonEncodedText.Encode(credential).ToString();
        var bytes = Encoding.UTF8.GetBytes(credential);
        for (var before = 0; before < 3; before++)
        {
            // The digits at the edges depend on the neighbours.
            var text = Convert.ToBase64String([.. new byte[before], .. bytes]);
            var (first, last) = ((before * 4 + 2) / 3, (before + bytes.Length) * 4 / 3);
            yield return text[first..last];
        }
    }

    private IEnumerable<string> Written()
    {
        if (record is null)
        {
            yield break;
        }

        using var stream = new FileStream(record, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        stream.Seek(begin, SeekOrigin.Begin);
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            yield return line;
        }
    }

    // Of a Secret everything but its data. A line that is being written is read whole by whoever looks next.
    private static string? Place(string line, Func<string, bool> holds)
    {
        try
        {
            var entry = JsonNode.Parse(line)!;
            if (entry["object"] is not JsonObject item)
            {
                return $"log of pod {entry["pod"]}";
            }

            var (kind, name) = ($"{item["kind"]}", $"{item["metadata"]?["namespace"]}/{item["metadata"]?["name"]}");
            return kind != "Secret" ? $"{kind} {name}" : item.Remove("data") && !holds(item.ToJsonString(Plain)) ? null : $"Secret {name}, outside its data";
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
