namespace Backsnap.Analyzers.Tests;

public sealed class EmptyCollectionTests
{
    [Theory]
    [InlineData("Seq<int> items = [1, 2];")]
    [InlineData("Lst<int> items = [1, 2];")]
    [InlineData("LanguageExt.HashSet<int> items = [1, 2];")]
    [InlineData("var items = new Seq<int> { 1, 2 };")]
    [InlineData("var items = new HashMap<string, int> { { \"a\", 1 } };")]
    public async Task A_collection_that_would_be_silently_empty_does_not_compile(string statement) =>
        Assert.Contains("BSN001", await Compiled.Diagnostics(Method(statement)));

    [Theory]
    [InlineData("Seq<int> items = Prelude.Seq(1, 2);")]
    [InlineData("Seq<int> items = Seq<int>.Empty;")]
    [InlineData("int[] items = [1, 2];")]
    [InlineData("System.Collections.Generic.List<int> items = [1, 2];")]
    [InlineData("var items = new System.Collections.Generic.List<int> { 1, 2 };")]
    public async Task Other_collections_are_left_alone(string statement) =>
        Assert.Empty(await Compiled.Diagnostics(Method(statement)));

    private static string Method(string statement) => $$"""
        using LanguageExt;
        public static class Sample
        {
            public static object Run()
            {
                {{statement}}
                return items;
            }
        }
        """;
}
