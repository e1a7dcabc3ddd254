using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Xunit.Abstractions;

namespace Backsnap.Domain.Tests.Schedules;

/// <summary>Runs a law over random cases, and tells the seed with which the very same cases come again.</summary>
internal static class Laws
{
    /// <summary>Checks a law; the environment variable BACKSNAP_SEED replays a run.</summary>
    public static void Hold<T>(ITestOutputHelper output, Gen<T> cases, Action<T> law, int count = 500)
    {
        var seed = Seed();
        output.WriteLine($"BACKSNAP_SEED={seed.ToString(CultureInfo.InvariantCulture)}");
        try
        {
            Prop.ForAll(Arb.From(cases), law).Check(Config.QuickThrowOnFailure.WithMaxTest(count).WithQuietOnSuccess(true).WithReplay(seed, new Rnd(seed).Gamma));
        }
        catch (Exception failure)
        {
            throw new Xunit.Sdk.XunitException($"BACKSNAP_SEED={seed.ToString(CultureInfo.InvariantCulture)} replays this.\n{failure.Message}");
        }
    }

    /// <summary>The seed of this run: given as it was printed (what FsCheck prints after a comma is not needed), or new each time.</summary>
    public static ulong Seed() =>
        ulong.TryParse(Environment.GetEnvironmentVariable("BACKSNAP_SEED")?.Split(',')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var given)
            ? given
            : (ulong)Random.Shared.NextInt64();
}
