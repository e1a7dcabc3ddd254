using Backsnap.Host.Mover;
using Backsnap.Host.Mover.HalfMade;
using NodaTime;

namespace Backsnap.Host.Tests.Mover;

public sealed class S3SignatureTests
{
    private const string NoBody = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    // Amazon, "Authenticating Requests: Using the Authorization Header", examples "GET Bucket Lifecycle" and "Get Bucket (List Objects)".
    [Theory]
    [InlineData("lifecycle=", "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543")]
    [InlineData("prefix=J,max-keys=2", "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7")]
    public void Amazon_s_own_examples_have_the_signatures_that_it_names(string query, string signature)
    {
        var headers = new S3Signature("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", null, "us-east-1").Headers(
            "GET", "examplebucket.s3.amazonaws.com", "/", query.Split(',').Select(pair => pair.Split('=')).Select(pair => KeyValuePair.Create(pair[0], pair[1])), new DateTime(2013, 5, 24, 0, 0, 0, DateTimeKind.Utc));

        Assert.Equal(
            [
                KeyValuePair.Create("x-amz-content-sha256", NoBody),
                KeyValuePair.Create("x-amz-date", "20130524T000000Z"),
                KeyValuePair.Create("Authorization", $"AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature={signature}"),
            ],
            headers);
    }

    [Fact]
    public void A_session_token_is_signed_with_the_rest()
    {
        var headers = new S3Signature("key", "secret", "token", "us-east-1").Headers("DELETE", "host", "/bucket/key", [], DateTime.UnixEpoch);

        Assert.Contains(KeyValuePair.Create("x-amz-security-token", "token"), headers);
        Assert.Contains("SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token,", headers[^1].Value, StringComparison.Ordinal);
    }
}

public sealed class RemainsTests
{
    private static readonly string Id = new('a', 64);

    [Fact]
    public void One_key_and_nothing_else_is_what_a_killed_making_leaves() => Assert.Equal($"keys/{Id}", new Remains([$"keys/{Id}"]).LoneKey);

    [Fact]
    public void So_is_one_beside_a_file_that_was_being_written() => Assert.Equal($"keys/{Id}", new Remains([$"keys/{Id}", $"keys/{Id}-tmp-123"]).LoneKey);

    [Theory]
    [InlineData("config")]
    [InlineData("data/aa/bb")]
    [InlineData("keys/other")]
    [InlineData("keys/../config")]
    [InlineData("readme.txt")]
    public void Anything_beside_it_is_none_of_that(string other) => Assert.Null(new Remains([$"keys/{Id}", other]).LoneKey);

    [Fact]
    public void Neither_are_two_keys_or_nothing()
    {
        Assert.Null(new Remains([$"keys/{Id}", $"keys/{new string('b', 64)}"]).LoneKey);
        Assert.Null(new Remains([]).LoneKey);
        Assert.Null(new Remains([$"keys/{Id}/x"]).LoneKey);
    }

    [Fact]
    public void A_maker_is_gone_when_it_is_proven_or_an_hour_has_passed_and_never_because_it_has_our_own_name()
    {
        var made = Instant.FromUtc(2026, 1, 1, 0, 0);
        var origin = new KeyOrigin(made, "mover-1-abcde");
        System.Collections.Immutable.ImmutableArray<DeadHolder> dead = [DeadHolder.Read("mover-1-*")!];

        Assert.True(origin.IsOver(dead, "mover-2-abcde", made));
        Assert.False(origin.IsOver(dead, "mover-1-abcde", made));
        Assert.False(origin.IsOver([], "mover-2-abcde", made + Duration.FromMinutes(60)));
        Assert.True(origin.IsOver([], "mover-1-abcde", made + Duration.FromMinutes(61)));
    }

    [Theory]
    [InlineData("<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>a/b/keys/1</Key></Contents><Contents><Key>a/b/config</Key></Contents></ListBucketResult>", "keys/1,config")]
    [InlineData("<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><KeyCount>0</KeyCount></ListBucketResult>", "")]
    [InlineData("<ListBucketResult><IsTruncated>true</IsTruncated><Contents><Key>a/b/keys/1</Key></Contents></ListBucketResult>", null)]
    [InlineData("<ListBucketResult><Contents><Key>elsewhere/keys/1</Key></Contents></ListBucketResult>", null)]
    [InlineData("<Error><Code>AccessDenied</Code></Error>", null)]
    [InlineData("not xml", null)]
    [InlineData("<!DOCTYPE x [<!ENTITY e \"v\">]><ListBucketResult><Contents><Key>a/b/&e;</Key></Contents></ListBucketResult>", null)]
    public void A_list_of_S3_is_believed_only_whole(string answer, string? names) =>
        Assert.Equal(names, S3Place.Parse(answer, "a/b/") is { } remains ? string.Join(',', remains.Names) : null);
}
