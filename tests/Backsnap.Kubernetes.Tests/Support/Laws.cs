using System.Globalization;
using FsCheck;
using FsCheck.Fluent;

namespace Backsnap.Kubernetes.Tests.Support;

/// <summary>Checks a law on many cases. A failure prints its seed; <c>BACKSNAP_SEED=seed,gamma</c> replays it.</summary>
public static class Laws
{
    public static void Check<T>(Arbitrary<T> cases, Func<T, bool> law, int tests = 300)
    {
        var config = Config.QuickThrowOnFailure.WithMaxTest(tests).WithQuietOnSuccess(true);
        Prop.ForAll(cases, law).Check(Environment.GetEnvironmentVariable("BACKSNAP_SEED") is { Length: > 0 } seed
            ? config.WithReplay(Part(seed, 0), Part(seed, 1))
            : config);
    }

    private static ulong Part(string seed, int at) => ulong.Parse(seed.Trim('(', ')').Split(',')[at], CultureInfo.InvariantCulture);
}
