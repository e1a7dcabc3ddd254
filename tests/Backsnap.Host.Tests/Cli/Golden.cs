using System.Runtime.CompilerServices;

namespace Backsnap.Host.Tests.Cli;

/// <summary>Texts that are compared with files beside the tests; BACKSNAP_UPDATE_GOLDEN=1 writes them anew, for a person to review.</summary>
internal static class Golden
{
    public static string Folder([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "Golden");

    public static void Matches(string name, string actual)
    {
        var path = Path.Combine(Folder(), name);
        if (Environment.GetEnvironmentVariable("BACKSNAP_UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(path, actual);
        }

        Assert.True(File.Exists(path), $"{path} is missing: run the test with BACKSNAP_UPDATE_GOLDEN=1 and review what it writes");
        Assert.Equal(File.ReadAllText(path), actual);
    }
}
