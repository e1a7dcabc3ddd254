using System.CommandLine;

namespace Backsnap.Host.Cli;

/// <summary>The definitions of PVCBackup and PVCRestore: the files of config/crd, carried within the program.</summary>
internal static class CustomResources
{
    /// <summary>The definitions as YAML documents.</summary>
    public static IReadOnlyList<string> Documents { get; } =
    [
        .. typeof(CustomResources).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith("crd/", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(Read),
    ];

    /// <summary>Writes them as files into a directory, for those who read files.</summary>
    public static void WriteTo(string directory)
    {
        Directory.CreateDirectory(directory);
        foreach (var (document, index) in Documents.Select((document, index) => (document, index)))
        {
            File.WriteAllText(Path.Combine(directory, $"crd-{index}.yaml"), document);
        }
    }

    /// <summary><c>backsnap crds</c>: prints them, for <c>kubectl apply -f -</c>.</summary>
    public static Command CreateCommand()
    {
        var command = new Command("crds", "Print the CustomResourceDefinitions, for 'kubectl apply -f -'.");
        command.SetAction(_ => Console.Out.Write(string.Join("---\n", Documents)));
        return command;
    }

    private static string Read(string name)
    {
        using var stream = typeof(CustomResources).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
