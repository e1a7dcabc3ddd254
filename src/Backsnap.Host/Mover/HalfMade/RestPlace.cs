using System.Collections.Immutable;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Backsnap.Host.Mover.HalfMade;

/// <summary>
/// A repository of restic's rest-server. Source: restic's documentation, "REST Backend". One that only appends refuses to remove a key, too.
/// </summary>
internal sealed class RestPlace : IPlace
{
    private static readonly ImmutableArray<string> Directories = ["keys", "data", "index", "snapshots", "locks"];

    private readonly Uri address;
    private readonly AuthenticationHeaderValue? login;
    private readonly StoreClient client;

    private RestPlace(Uri address, AuthenticationHeaderValue? login, StoreClient client) => (this.address, this.login, this.client) = (address, login, client);

    public static RestPlace? Of(string address, IReadOnlyDictionary<string, string> environment)
    {
        if (!Uri.TryCreate(address.TrimEnd('/') + "/", UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || environment.ContainsKey("RESTIC_TLS_CLIENT_CERT"))
            return null;
        // As restic has it: the environment's only where the address names neither a user nor a password.
        var said = uri.UserInfo.Split(':', 2).Select(Uri.UnescapeDataString).ToImmutableArray();
        var (user, password) = uri.UserInfo.Length > 0
            ? (said[0], said is [_, var own] ? own : "")
            : (environment.GetValueOrDefault("RESTIC_REST_USERNAME") ?? "", environment.GetValueOrDefault("RESTIC_REST_PASSWORD") ?? "");
        return new RestPlace(new UriBuilder(uri) { UserName = "", Password = "" }.Uri, StoreClient.Basic(user, password), new StoreClient(environment.GetValueOrDefault("RESTIC_CACERT")));
    }

    public async Task<Remains?> List(CancellationToken stop)
    {
        var names = ImmutableArray.CreateBuilder<string>();
        foreach (var directory in Directories)
        {
            if (Parse(await Ask(HttpMethod.Get, $"{directory}/", stop).ConfigureAwait(false)) is not { } found)
                return null;
            names.AddRange(found.Select(name => $"{directory}/{name}"));
        }

        // Its protocol lists no files beside the directories; the configuration is the only one.
        return await Ask(HttpMethod.Get, "config", stop).ConfigureAwait(false) switch
        {
            { IsNotFound: true } => new Remains(names.ToImmutable()),
            { Content: not null } => new Remains([.. names, "config"]),
            _ => null,
        };
    }

    public async Task<string?> Read(string name, CancellationToken stop) => (await Ask(HttpMethod.Get, name, stop).ConfigureAwait(false))?.Content;

    public async Task<bool> Remove(string name, CancellationToken stop) => (await Ask(HttpMethod.Delete, name, stop).ConfigureAwait(false))?.Content is not null;

    private async Task<StoreAnswer?> Ask(HttpMethod method, string path, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(method, new Uri(address, path)) { Headers = { Authorization = login } };
        return await client.Ask(request, stop).ConfigureAwait(false);
    }

    // Version 1 of the protocol: a list of names. A server that knows both answers so to whoever does not ask for more.
    private static ImmutableArray<string>? Parse(StoreAnswer? answer)
    {
        if (answer is { IsNotFound: true })
            return [];
        if (answer?.Content is not { } list)
            return null;
        try
        {
            using var json = JsonDocument.Parse(list);
            return json.RootElement.ValueKind switch
            {
                JsonValueKind.Null => [],
                JsonValueKind.Array => [.. json.RootElement.EnumerateArray().Select(name => name.ValueKind == JsonValueKind.String ? name.GetString()! : "?")],
                _ => null,
            };
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
