using Backsnap.Domain.Objects;
using Backsnap.Host.Cli;
using FsCheck.Fluent;
using YamlDotNet.RepresentationModel;

namespace Backsnap.Host.Tests.Cli;

public sealed class YamlTextTests
{
    [Theory]
    [InlineData("it is ready.")]
    [InlineData("...")]
    [InlineData("true")]
    [InlineData("null")]
    [InlineData("1e3")]
    [InlineData("")]
    [InlineData("# no comment")]
    [InlineData("a: b")]
    [InlineData("- a")]
    [InlineData("line\nbreak\n")]
    [InlineData("\u001b[2J")]
    [InlineData(" blank ")]
    public void A_text_comes_back_as_it_was_whatever_it_looks_like(string text) => Assert.True(ComesBack(text));

    [Fact]
    public void Any_text_comes_back() => Laws.Hold(
        Laws.AnyText.Select(text => string.Concat(text.EnumerateRunes().Where(rune => rune.Value != 0xFFFD).Select(rune => rune.ToString()))).Where(text => text.Length < 200), ComesBack, 300);

    private static bool ComesBack(string text)
    {
        var written = YamlText.Of(Node.Object(Node.Set("text", text), Node.Set("list", Node.List(text)), Node.Set(text + "x", text)));
        var yaml = new YamlStream();
        yaml.Load(new StringReader(written));
        var map = (YamlMappingNode)yaml.Documents.Single().RootNode;
        return !written.Any(c => char.IsControl(c) && c is not ('\n' or '\t'))
            && ((YamlScalarNode)map["text"]).Value == text
            && ((YamlScalarNode)((YamlSequenceNode)map["list"])[0]).Value == text
            && ((YamlScalarNode)map[text + "x"]).Value == text;
    }
}
