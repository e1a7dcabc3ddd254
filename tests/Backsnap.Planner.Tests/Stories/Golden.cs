using System.Globalization;
using System.Text;

namespace Backsnap.Planner.Tests.Stories;

/// <summary>
/// Texts that are kept beside the tests and reviewed like code. With BACKSNAP_UPDATE_GOLDEN=1 in the environment they are written
/// anew instead of compared; the difference then shows in the change to be reviewed.
/// </summary>
internal static class Golden
{
    /// <summary>Compares a text with the kept one of that name.</summary>
    public static void Compare(string name, string text)
    {
        var path = Path.Combine(Root(), "tests", "Backsnap.Planner.Tests", "Stories", name + ".txt");
        if (Environment.GetEnvironmentVariable("BACKSNAP_UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(path, text);
        }

        var kept = File.Exists(path) ? File.ReadAllText(path) : "";
        Assert.True(kept == text, $"{name}.txt tells it otherwise (BACKSNAP_UPDATE_GOLDEN=1 writes it anew):\n{Difference(kept.Split('\n'), text.Split('\n'))}");
    }

    private static string Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Backsnap.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new DirectoryNotFoundException("the tests run outside their repository");
    }

    // What both begin and end with is left out; between, the kept lines stand before the new ones.
    private static string Difference(string[] kept, string[] told)
    {
        var begin = kept.Zip(told).TakeWhile(pair => pair.Item1 == pair.Item2).Count();
        var end = kept.Skip(begin).Reverse().Zip(told.Skip(begin).Reverse()).TakeWhile(pair => pair.Item1 == pair.Item2).Count();
        var text = new StringBuilder().AppendLine(CultureInfo.InvariantCulture, $"from line {begin + 1}:");
        kept[begin..^end].Take(30).ToList().ForEach(line => text.Append("- ").AppendLine(line));
        told[begin..^end].Take(30).ToList().ForEach(line => text.Append("+ ").AppendLine(line));
        return text.ToString();
    }
}
