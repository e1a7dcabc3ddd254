using System.Globalization;
using FsCheck;
using FsCheck.Fluent;

namespace Backsnap.Host.Tests;

/// <summary>Holds laws over generated cases; a failure prints its seed, and <c>BACKSNAP_SEED</c> (SEED,GAMMA) runs it again.</summary>
internal static class Laws
{
    public static void Hold<T>(Gen<T> cases, Func<T, bool> law, int count = 500) =>
        Hold(cases.ToArbitrary(), law, count);

    /// <summary>The same with a way to make a failed case smaller.</summary>
    public static void Hold<T>(Arbitrary<T> cases, Func<T, bool> law, int count = 500) =>
        Prop.ForAll(cases, law).Check(Settings(count));

    private static Config Settings(int count)
    {
        var settings = Config.QuickThrowOnFailure.WithMaxTest(count).WithQuietOnSuccess(true);
        return Environment.GetEnvironmentVariable("BACKSNAP_SEED")?.Split(',') is [var seed, var gamma]
            ? settings.WithReplay(ulong.Parse(seed, CultureInfo.InvariantCulture), ulong.Parse(gamma, CultureInfo.InvariantCulture))
            : settings;
    }

    /// <summary>Any text: ordinary, of any characters, with halves of surrogate pairs, and long.</summary>
    public static Gen<string> AnyText { get; } = Gen.OneOf(
        ArbMap.Default.GeneratorFor<string>().Select(text => text ?? ""),
        Gen.ArrayOf(Gen.Choose(0, 0xFFFF).Select(code => (char)code)).Select(letters => new string(letters)),
        Gen.Choose(0, 3000).SelectMany(length => Gen.Elements("x", "é", "💾", "\"", "\\", "\n", "\u0001").Select(piece => string.Concat(Enumerable.Repeat(piece, length)))));
}
