using System.Runtime.CompilerServices;

namespace Backsnap.Simulation.Tests;

/// <summary>
/// Texts that are kept beside the tests and reviewed like code. With BACKSNAP_UPDATE_GOLDEN=1 in the environment they are written anew
/// instead of compared.
/// </summary>
internal static class Golden
{
    /// <summary>Compares a text with the kept one, a path relative to this project.</summary>
    public static void Compare(string path, string text)
    {
        var file = Path.Combine(Project, path);
        if (Environment.GetEnvironmentVariable("BACKSNAP_UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(file, text);
        }

        var kept = File.Exists(file) ? File.ReadAllText(file) : "";
        Assert.True(kept == text, $"{path} tells it otherwise (BACKSNAP_UPDATE_GOLDEN=1 writes it anew):\n{Difference(kept.Split('\n'), text.Split('\n'))}");
    }

    /// <summary>The directory of this project's sources.</summary>
    public static string Project { get; } = Path.GetDirectoryName(Here())!;

    /// <summary>The lines that differ: what is missing with a minus, what is new with a plus.</summary>
    public static string Difference(IReadOnlyList<string> kept, IReadOnlyList<string> told) =>
        string.Join('\n', kept.Except(told).Select(line => "- " + line).Concat(told.Except(kept).Select(line => "+ " + line)).Take(40));

    private static string Here([CallerFilePath] string here = "") => here;
}
