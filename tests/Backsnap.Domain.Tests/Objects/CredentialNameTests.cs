using Backsnap.Domain.Claims;
using Backsnap.Domain.Objects;

namespace Backsnap.Domain.Tests.Objects;

/// <summary>Names that nobody can guess who does not know the credentials, and that everybody who does finds again.</summary>
public sealed class CredentialNameTests
{
    private static readonly Uid Uid = new("2b1f0c3e-0000-4000-8000-000000000001");

    private static NamingKey Key(params (string Name, string Value)[] credentials) => NamingKey.Of(credentials.Select(pair => KeyValuePair.Create(pair.Name, pair.Value)));

    [Fact]
    public void The_same_credentials_give_the_same_name_in_whatever_order() => Assert.Equal(
        ChildName.OfCredentials("now", Uid, Key(("RESTIC_PASSWORD", "hunter2"), ("AWS_ACCESS_KEY_ID", "key"))),
        ChildName.OfCredentials("now", Uid, Key(("AWS_ACCESS_KEY_ID", "key"), ("RESTIC_PASSWORD", "hunter2"))));

    // Stable for ever: an operator of a later version must find what one of an earlier has made.
    [Fact]
    public void The_name_is_as_it_always_was() =>
        Assert.Equal("now-b3fa4850-1c2b43f1777b3cc627edbb1e", ChildName.OfCredentials("now", Uid, Key(("RESTIC_PASSWORD", "hunter2"))));

    [Fact]
    public void Other_credentials_or_another_owner_give_another_name()
    {
        string[] names =
        [
            ChildName.OfCredentials("now", Uid, Key(("RESTIC_PASSWORD", "hunter2"))),
            ChildName.OfCredentials("now", Uid, Key(("RESTIC_PASSWORD", "hunter3"))),
            ChildName.OfCredentials("now", Uid, Key(("RESTIC_PASSWORD", "hunter2"), ("AWS_ACCESS_KEY_ID", "key"))),
            ChildName.OfCredentials("now", Uid, Key(("RESTIC_PASSWORD", "hunter"), ("2", ""))),
            ChildName.OfCredentials("now", new Uid("another"), Key(("RESTIC_PASSWORD", "hunter2"))),
            ChildName.OfCredentials("now", Uid, NamingKey.None),
        ];
        Assert.Equal(names.Length, names.Distinct().Count());
    }

    [Theory]
    [InlineData("now")]
    [InlineData("a.name.with.dots-and-much-more-of-it-than-there-is-room-for-in-a-label-of-kubernetes")]
    public void A_name_is_a_label_and_known_as_that_of_its_owner_alone(string owner)
    {
        var name = ChildName.OfCredentials(owner, Uid, Key(("RESTIC_PASSWORD", "hunter2")));
        Assert.True(DnsName.IsLabel(name), name);
        Assert.True(DnsName.IsLabel(ChildName.OfCredentialsElsewhere("shop", owner, Uid, NamingKey.None)));
        Assert.True(ChildName.IsOfCredentials(name, owner, Uid));
        Assert.False(ChildName.IsOfCredentials(name, owner, new Uid("another")));
        Assert.False(ChildName.IsOfCredentials(name[..^1], owner, Uid));
        Assert.False(ChildName.IsOfCredentials(name[..^1] + "x", owner, Uid));
        Assert.False(ChildName.IsOfCredentials(ChildName.For(owner, Uid), owner, Uid));
    }

    [Fact]
    public void A_key_shows_nothing_of_itself() => Assert.Equal("(hidden)", $"{Key(("RESTIC_PASSWORD", "hunter2"))}");
}
