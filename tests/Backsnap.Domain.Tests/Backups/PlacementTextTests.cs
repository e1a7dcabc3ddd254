using Backsnap.Domain.Backups;
using Backsnap.Domain.Objects;
using FsCheck;
using FsCheck.Fluent;
using LanguageExt;
using Xunit.Abstractions;

namespace Backsnap.Domain.Tests.Backups;

/// <summary>Placements as people write them.</summary>
public sealed class PlacementTextTests(ITestOutputHelper output)
{
    private static string Shown(Either<string, HashMap<string, string>> read) => read.Match(
        Right: map => string.Join(' ', map.AsEnumerable().OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}")),
        Left: why => "no: " + why);

    private static string Shown(Node node) => node switch
    {
        Node.Text text => text.Value,
        Node.Whole whole => whole.Value.ToString(System.Globalization.CultureInfo.InvariantCulture),
        Node.Flag flag => flag.Value.ToString(),
        Node.Nothing => "null",
        Node.Items items => string.Join(' ', items.Values.Map(Shown)),
        Node.Fields fields => "{" + string.Join(',', fields.Values.Map(field => $"{field.Name}:{Shown(field.Value)}")) + "}",
    };

    private static string Shown(Either<string, Option<Node>> read) => read.Match(Right: found => found.Map(Shown).IfNone("none"), Left: why => "no: " + why);

    [Theory]
    [InlineData("", "")]
    [InlineData(" , ", "")]
    [InlineData("disk=ssd", "disk=ssd")]
    [InlineData(" disk = ssd , example.com/zone=a ", "disk=ssd example.com/zone=a")]
    [InlineData("present=", "present=")]
    [InlineData("""{"disk":"ssd","b":""}""", "b= disk=ssd")]
    [InlineData("disk", "no: 'disk' has no '=': write NAME=VALUE with commas between, as in disk=ssd,zone=a")]
    [InlineData("disk=s s", "no: 's s' is not a value of 'disk': write at most 63 letters, digits, '-', '_' and '.', beginning and ending with a letter or digit")]
    [InlineData("disk=a=b", "no: 'a=b' is not a value of 'disk': write at most 63 letters, digits, '-', '_' and '.', beginning and ending with a letter or digit")]
    [InlineData("=ssd", "no: '' is not a name: write NAME or PREFIX/NAME, as in disk or example.com/disk")]
    [InlineData("a/b/c=d", "no: 'a/b/c' is not a name: write NAME or PREFIX/NAME, as in disk or example.com/disk")]
    [InlineData("a=1,a=2", "no: 'a' is there twice")]
    [InlineData("backsnap.skyb.it/operation=x", "no: 'backsnap.skyb.it/operation' is Backsnap's own")]
    [InlineData("app.kubernetes.io/managed-by=x", "no: 'app.kubernetes.io/managed-by' is Backsnap's own")]
    [InlineData("{disk", "no: '{disk' begins like JSON but is none")]
    [InlineData("""{"disk":1}""", "no: the value of 'disk' is not a string")]
    public void Labels_are_pairs_or_a_JSON_object(string text, string read) => Assert.Equal(read, Shown(PlacementText.Labels(text)));

    [Theory]
    [InlineData("note=by night: all, of it", "no: 'of it' has no '=': write NAME=VALUE with commas between, as in disk=ssd,zone=a")]
    [InlineData("note=by night", "note=by night")]
    [InlineData("""{"note":"all, of it"}""", "note=all, of it")]
    public void Annotations_hold_any_text(string text, string read) => Assert.Equal(read, Shown(PlacementText.Annotations(text)));

    [Theory]
    [InlineData("", "none")]
    [InlineData("dedicated=backup:NoSchedule", "{key:dedicated,operator:Equal,value:backup,effect:NoSchedule}")]
    [InlineData("spot:NoExecute, gpu", "{key:spot,operator:Exists,effect:NoExecute} {key:gpu,operator:Exists}")]
    [InlineData("dedicated=backup", "{key:dedicated,operator:Equal,value:backup}")]
    [InlineData("""[{"operator":"Exists"}]""", "{operator:Exists}")]
    [InlineData("""[{"key":"a","value":"b","effect":"NoExecute","tolerationSeconds":30}]""", "{key:a,operator:Equal,value:b,effect:NoExecute,tolerationSeconds:30}")]
    [InlineData("a:Never", "no: 'a:Never' is not a toleration: 'Never' is not an effect: NoSchedule, PreferNoSchedule, NoExecute; write KEY=VALUE:EFFECT or KEY:EFFECT, as in dedicated=backup:NoSchedule")]
    [InlineData("a:b:c", "no: 'a:b:c' is not a toleration: '' is not the key of a taint; write KEY=VALUE:EFFECT or KEY:EFFECT, as in dedicated=backup:NoSchedule")]
    [InlineData("""[{"key":"a","operator":"Sometimes"}]""", "no: 'Sometimes' is not an operator: Equal or Exists")]
    [InlineData("""[{"value":"a"}]""", "no: without a key the operator must be Exists")]
    [InlineData("""[{"key":"a","operator":"Exists","value":"b"}]""", "no: with the operator Exists there is no value")]
    [InlineData("""[{"key":"a","tolerationSeconds":30}]""", "no: tolerationSeconds is only for the effect NoExecute")]
    [InlineData("""[{"key":"a","tolerationSeconds":"soon","effect":"NoExecute"}]""", "no: tolerationSeconds is not a whole number")]
    [InlineData("""[{"kye":"a"}]""", "no: a toleration has no field 'kye': it has key, operator, value, effect and tolerationSeconds")]
    [InlineData("[1]", "no: a toleration is an object, as in {\"key\":\"dedicated\",\"operator\":\"Exists\"}")]
    [InlineData("[", "no: '[' begins like JSON but is none")]
    public void Tolerations_are_written_like_taints_or_like_a_pods(string text, string read) => Assert.Equal(read, Shown(PlacementText.Tolerations(text)));

    [Theory]
    [InlineData("", true)]
    [InlineData("batch-low", true)]
    [InlineData("Batch Low", false)]
    public void A_priority_class_is_a_name(string text, bool good) => Assert.Equal(good, PlacementText.PriorityClass(text).IsRight);

    [Fact]
    public void Whatever_somebody_writes_is_read_or_refused_and_never_fails() => Schedules.Laws.Hold(output, ArbMap.Default.GeneratorFor<NonNull<string>>().Select(text => text.Get), text =>
    {
        foreach (var written in new[] { text, "[" + text, "{" + text, text + "=" + text, text + ":NoSchedule" })
        {
            Assert.False(
                PlacementText.Labels(written).IsBottom || PlacementText.Annotations(written).IsBottom || PlacementText.PriorityClass(written).IsBottom || PlacementText.Tolerations(written).IsBottom);
        }
    });
}
