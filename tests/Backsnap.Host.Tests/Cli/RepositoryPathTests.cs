using Backsnap.Host.Cli;
using LanguageExt;

namespace Backsnap.Host.Tests.Cli;

public sealed class RepositoryPathTests
{
    [Theory]
    [InlineData("{namespace}/{claim}", "{namespace}/{claim}")]
    [InlineData("prod/{namespace}/{claim}", "prod/{namespace}/{claim}")]
    [InlineData("prod-{namespace}/{claim}.restic", "prod-{namespace}/{claim}.restic")]
    [InlineData("{claim}/in/{namespace}", "{claim}/in/{namespace}")]
    [InlineData("/prod/{namespace}/{claim}/", "prod/{namespace}/{claim}")]
    public void A_path_holds_both_names_in_parts_of_their_own(string text, string expected) => Assert.Equal(Prelude.Right<string, string>(expected), RepositoryPath.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("{namespace}")]
    [InlineData("{claim}")]
    [InlineData("{namespace}-{claim}")]
    [InlineData("{namespace}/{claim}/{claim}")]
    [InlineData("../{namespace}/{claim}")]
    [InlineData("{namespace}//{claim}")]
    [InlineData("{namespace}/{claim}/$(RESTIC_PASSWORD)")]
    [InlineData("{cluster}/{namespace}/{claim}")]
    [InlineData("two words/{namespace}/{claim}")]
    public void Whatever_could_mix_two_claims_is_refused(string text) => Assert.True(RepositoryPath.Parse(text).IsLeft);
}
