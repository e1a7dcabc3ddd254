using System.Collections.Concurrent;
using System.Globalization;
using Backsnap.Host.Tests;
using Backsnap.Host.Tests.Mover;
using Backsnap.Host.Tests.Stores;
using Backsnap.Host.Tree;
using Backsnap.Mover.Tests.Faults;
using Backsnap.Mover.Tests.Stores;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Backsnap.Mover.Tests.RoundTrips;

/// <summary>
/// A pod whose service account stands for a role (IRSA, EKS Pod Identity): nothing secret in its environment, and a token in a file that a webhook has
/// mounted, which is changed for keys that last an hour. Here it is changed at a stub, at the name of Amazon's service through a proxy.
/// </summary>
public sealed class WebIdentityTests
{
    private const string Region = "eu-west-1";
    private const string Role = "arn:aws:iam::111122223333:role/backups";
    private const string Token = "token of the pod's service account";
    private const string Session = "session of the test";

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_role_that_is_assumed_by_a_service_account_s_token_opens_the_store(bool oldest)
    {
        Skip.If(S3Server.Missing is not null, S3Server.Missing);
        Skip.If(oldest && Tools.OldestRestic is null, "no second version of restic in .tools");
        var asked = new ConcurrentQueue<(string Role, string Token)>();
        await using var world = await World.Start(async context =>
        {
            asked.Enqueue(await Asked(context.Request));
            context.Response.ContentType = "text/xml";
            await context.Response.WriteAsync($"""
                <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult><Credentials>
                <AccessKeyId>{S3Server.AccessKey}</AccessKeyId><SecretAccessKey>{S3Server.SecretKey}</SecretAccessKey><SessionToken>{Session}</SessionToken>
                <Expiration>{DateTimeOffset.UtcNow.AddHours(1):yyyy-MM-ddTHH:mm:ssZ}</Expiration>
                </Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>
                """);
        });
        using var rig = world.Rig(oldest ? Tools.OldestRestic! : Tools.Restic);
        rig.Environment = rig.Environment.SetItems(new Dictionary<string, string>
        {
            ["AWS_REGION"] = Region,
            ["AWS_ROLE_ARN"] = Role,
            ["AWS_WEB_IDENTITY_TOKEN_FILE"] = world.TokenFile,
            ["HTTPS_PROXY"] = world.Proxy,
        });

        await ThereAndBack(rig);

        Assert.All(asked, words => Assert.Equal((Role, Token), words));
        Assert.NotEmpty(asked);
    }

    [SkippableFact]
    public async Task A_pod_identity_is_asked_of_the_agent_on_the_node()
    {
        Skip.If(S3Server.Missing is not null, S3Server.Missing);
        var asked = new ConcurrentQueue<string>();
        await using var world = await World.Start(_ => Task.CompletedTask);
        await using var agent = Loopback.Build(certificates: null);
        agent.Run(async context =>
        {
            asked.Enqueue(context.Request.Headers.Authorization.ToString());
            await context.Response.WriteAsJsonAsync(new { AccessKeyId = S3Server.AccessKey, SecretAccessKey = S3Server.SecretKey, Token = Session, Expiration = DateTimeOffset.UtcNow.AddHours(1) });
        });
        await agent.StartAsync();
        using var rig = world.Rig(Tools.Restic);
        rig.Environment = rig.Environment.SetItems(new Dictionary<string, string>
        {
            ["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = $"http://127.0.0.1:{Loopback.Port(agent).ToString(CultureInfo.InvariantCulture)}/v1/credentials",
            ["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = world.TokenFile,
        });

        await ThereAndBack(rig);

        Assert.All(asked, token => Assert.Equal(Token, token));
        Assert.NotEmpty(asked);
    }

    // Older clients write it into the address.
    private static async Task<(string Role, string Token)> Asked(HttpRequest request)
    {
        if (!request.HasFormContentType)
            return (request.Query["RoleArn"].ToString(), request.Query["WebIdentityToken"].ToString());
        var form = await request.ReadFormAsync();
        return (form["RoleArn"].ToString(), form["WebIdentityToken"].ToString());
    }

    private static async Task ThereAndBack(MoverRig rig)
    {
        rig.MakeTree(seed: 7);
        var before = TreeFingerprint.Of(rig.Volume);
        var saved = await rig.Backup(keep: "last=1");
        Assert.True(saved.ExitCode == 0, saved.Log);
        rig.EmptyVolume();
        var restored = await rig.Restore(saved.SnapshotId);
        Assert.True(restored.ExitCode == 0, restored.Log);
        Assert.Empty(TreeComparison.Differences(before, TreeFingerprint.Of(rig.Volume)));
        Assert.DoesNotContain(Token, saved.Log + restored.Log, StringComparison.Ordinal);
    }

    /// <summary>S3 that takes only requests of the session, and the service that begins it.</summary>
    private sealed class World : IAsyncDisposable
    {
        private readonly DirectoryInfo home;
        private readonly S3Server store;
        private readonly FaultProxy guard;
        private readonly WebApplication service;
        private readonly Tunnel tunnel;

        private World(DirectoryInfo home, S3Server store, FaultProxy guard, WebApplication service)
        {
            (this.home, this.store, this.guard, this.service) = (home, store, guard, service);
            tunnel = new Tunnel(name => name == $"sts.{Region}.amazonaws.com" ? Loopback.Port(service) : null);
        }

        public string TokenFile => Path.Combine(home.FullName, "token");

        public string Proxy => tunnel.Address;

        public static async Task<World> Start(RequestDelegate answer)
        {
            var home = Directory.CreateTempSubdirectory("backsnap-role-");
            TestAuthority.Write(home.FullName, $"sts.{Region}.amazonaws.com");
            await File.WriteAllTextAsync(Path.Combine(home.FullName, "token"), Token);
            var store = await S3Server.Start();
            var guard = await FaultProxy.Start(new Uri(store.Address), Path.GetDirectoryName(store.AuthorityFile));
            guard.Rule = asked => asked.Header("X-Amz-Security-Token") == Session ? new Fault.None() : Fault.S3(403, "AccessDenied", "Access Denied.");
            var service = Loopback.Build(home.FullName);
            service.Run(answer);
            await service.StartAsync();
            return new World(home, store, guard, service);
        }

        public MoverRig Rig(string restic)
        {
            var rig = new MoverRig { Repository = $"s3:https://127.0.0.1:{guard.Port.ToString(CultureInfo.InvariantCulture)}/{S3Server.Bucket}/shop/orders" };
            rig.Restic = restic;
            var authorities = rig.In("ca.pem");
            File.WriteAllText(authorities, $"{File.ReadAllText(store.AuthorityFile)}\n{File.ReadAllText(Path.Combine(home.FullName, "ca.pem"))}\n");
            rig.Environment = rig.Environment.SetItem("RESTIC_CACERT", authorities);
            return rig;
        }

        public async ValueTask DisposeAsync()
        {
            tunnel.Dispose();
            await guard.DisposeAsync();
            await service.StopAsync();
            await service.DisposeAsync();
            store.Dispose();
            home.Delete(recursive: true);
        }
    }
}
