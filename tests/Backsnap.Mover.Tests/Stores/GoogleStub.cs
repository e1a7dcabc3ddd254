using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Backsnap.Domain.Movers;
using Backsnap.Host.Tests.Stores;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Backsnap.Mover.Tests.Stores;

/// <summary>
/// Google's storage at its own name through a <see cref="Tunnel"/>, and the place where a service account's key is changed for a token. It takes
/// nothing without that token, which it gives only for a statement signed with the key.
/// </summary>
internal sealed class GoogleStub : ObjectStub
{
    private const string Host = "storage.googleapis.com";
    private const string Account = "backups@shop.iam.gserviceaccount.com";
    private const string Token = "token of the test";

    private readonly DirectoryInfo home;
    private readonly RSA key = RSA.Create(2048);
    private readonly Tunnel tunnel;

    private GoogleStub(DirectoryInfo home)
        : base(home.FullName)
    {
        this.home = home;
        tunnel = new Tunnel(name => name is Host or "oauth2.googleapis.com" ? Port : null);
    }

    /// <summary>What restic needs in its environment to use the store, and where the Secret's files lie.</summary>
    public IReadOnlyDictionary<string, string> Variables => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["GOOGLE_PROJECT_ID"] = "shop",
        ["RESTIC_CACERT"] = Path.Combine(home.FullName, "ca.pem"),
        ["HTTPS_PROXY"] = tunnel.Address,
        [RepositoryFiles.Directory] = Path.Combine(home.FullName, "credentials"),
    };

    /// <summary>Starts one; it answers when this returns.</summary>
    public static async Task<GoogleStub> StartNew()
    {
        var home = Directory.CreateTempSubdirectory("backsnap-google-");
        TestAuthority.Write(home.FullName, Host, "oauth2.googleapis.com");
        var stub = new GoogleStub(home);
        await stub.Start();
        var files = Directory.CreateDirectory(Path.Combine(home.FullName, "credentials")).FullName;
        await File.WriteAllTextAsync(Path.Combine(files, RepositoryFiles.GoogleCredentials), JsonSerializer.Serialize(new
        {
            type = "service_account",
            project_id = "shop",
            private_key_id = "1",
            private_key = stub.key.ExportPkcs8PrivateKeyPem(),
            client_email = Account,
            token_uri = "https://oauth2.googleapis.com/token",
        }));
        return stub;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        tunnel.Dispose();
        key.Dispose();
        home.Delete(recursive: true);
    }

    protected override async Task Answer(HttpContext context)
    {
        var path = PathOf(context);
        if (path == "/token")
        {
            await Exchange(context);
            return;
        }

        if (context.Request.Headers.Authorization != $"Bearer {Token}")
        {
            context.Response.StatusCode = 401;
            return;
        }

        const string objects = "/storage/v1/b/backups/o";
        if (path.StartsWith("/upload/", StringComparison.Ordinal))
            await Upload(context);
        else if (path == objects)
            await List(context);
        else if (path.StartsWith(objects, StringComparison.Ordinal))
            await OfObject(context, path[(objects.Length + 1)..]);
        else if (path.StartsWith("/storage/v1/b", StringComparison.Ordinal))
            await Json(context, new { kind = "storage#bucket", name = "backups", id = "backups" });
        else
            await Content(context, path["/backups/".Length..]);
    }

    private async Task Exchange(HttpContext context)
    {
        var parts = (await context.Request.ReadFormAsync())["assertion"].ToString().Split('.');
        var signed = parts is [var head, var claims, var signature]
            && key.VerifyData(Encoding.ASCII.GetBytes($"{head}.{claims}"), WebEncoders.Base64UrlDecode(signature), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        await Json(context, signed ? new { access_token = Token, token_type = "Bearer", expires_in = 3600 } : new { error = "invalid_grant" }, signed ? 200 : 400);
    }

    // One part is the object's description, the other its content.
    private async Task Upload(HttpContext context)
    {
        var boundary = context.Request.ContentType!.Split("boundary=")[1].Trim('"');
        var reader = new MultipartReader(boundary, context.Request.Body);
        using var description = await JsonDocument.ParseAsync((await reader.ReadNextSectionAsync())!.Body);
        using var content = new MemoryStream();
        await (await reader.ReadNextSectionAsync())!.Body.CopyToAsync(content);
        var name = description.RootElement.GetProperty("name").GetString()!;
        Objects[name] = content.ToArray();
        await Json(context, Description(name, Objects[name]));
    }

    private Task List(HttpContext context)
    {
        var prefix = context.Request.Query["prefix"].ToString();
        return Json(context, new
        {
            kind = "storage#objects",
            items = Objects.Where(item => item.Key.StartsWith(prefix, StringComparison.Ordinal)).OrderBy(item => item.Key, StringComparer.Ordinal).Select(item => Description(item.Key, item.Value)),
        });
    }

    private async Task OfObject(HttpContext context, string name)
    {
        if (context.Request.Method == "DELETE")
            context.Response.StatusCode = Objects.TryRemove(name, out _) ? 204 : 404;
        else if (!Objects.TryGetValue(name, out var content))
            await Json(context, new { error = new { code = 404, message = "No such object" } }, 404);
        else if (context.Request.Query["alt"] == "media")
            await Content(context, name);
        else
            await Json(context, Description(name, content));
    }

    private static object Description(string name, byte[] content) => new
    {
        kind = "storage#object",
        bucket = "backups",
        name,
        size = content.Length.ToString(CultureInfo.InvariantCulture),
        contentType = "application/octet-stream",
        updated = "2026-01-01T00:00:00Z",
        generation = "1",
    };
}
