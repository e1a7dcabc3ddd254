using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Backsnap.Host.Mover;

namespace Backsnap.Host.Tree;

/// <summary>
/// <c>backsnap tree</c>: makes recognisable trees and compares them by content and metadata, to prove a restore byte by byte, also within a pod.
/// </summary>
public static class TreeCommand
{
    /// <summary>The command with its subcommands <c>make</c>, <c>edit</c>, <c>fingerprint</c> and <c>compare</c>.</summary>
    public static Command Create()
    {
        var command = new Command("tree", "Make, change, fingerprint and compare directory trees, to try out backups and restores.");
        command.Subcommands.Add(Make());
        command.Subcommands.Add(Edit());
        command.Subcommands.Add(Fingerprint());
        command.Subcommands.Add(Compare());
        return command;
    }

    private static Command Make()
    {
        var directory = Directory("DIR", "Where to make it; made if it is not there.");
        var seed = Seed();
        var size = new Option<string>("--size") { Description = "small (about 1 MB) or medium (about 80 MB).", DefaultValueFactory = _ => TreeSize.Small.Name };
        size.AcceptOnlyFromAmong([.. TreeSize.All.Select(known => known.Name)]);
        var label = new Option<string>("--label") { Description = "A text that the files repeat.", DefaultValueFactory = _ => "nobody" };
        var command = new Command("make", "Make a tree with something of everything that a file system holds, the same for the same seed.")
        {
            directory, seed, size, label,
        };
        command.SetAction(parsed => Guarded(parsed, () =>
        {
            var chosen = TreeSize.All.Single(known => known.Name == parsed.GetRequiredValue(size));
            new TreeMaker(Place(parsed, directory), parsed.GetRequiredValue(seed), chosen, parsed.GetRequiredValue(label)).Make();
            return 0;
        }));
        return command;
    }

    private static Command Edit()
    {
        var directory = Directory("DIR", "The tree to change.");
        var seed = Seed();
        var command = new Command("edit", "Add, change, rename, close and remove one file each, the same for the same seed and tree.") { directory, seed };
        command.SetAction(parsed => Guarded(parsed, () =>
        {
            foreach (var line in TreeEditor.Edit(Place(parsed, directory), parsed.GetRequiredValue(seed)))
                parsed.InvocationConfiguration.Output.WriteLine(line);
            return 0;
        }));
        return command;
    }

    private static Command Fingerprint()
    {
        var directory = Directory("DIR", "The tree to read.");
        var output = new Option<string>("--output", "-o") { Description = "text or json.", DefaultValueFactory = _ => "text" };
        output.AcceptOnlyFromAmong("text", "json");
        var command = new Command("fingerprint", "Print every entry with its metadata and the hash of its content, and a digest of the whole.")
        {
            directory, output,
        };
        command.SetAction(parsed => Guarded(parsed, () =>
        {
            var fingerprint = TreeFingerprint.Of(Place(parsed, directory));
            if (parsed.GetRequiredValue(output) == "json")
                WriteJson(fingerprint, parsed.InvocationConfiguration.Output);
            else
                WriteText(fingerprint, parsed.InvocationConfiguration.Output);
            return 0;
        }));
        return command;
    }

    private static Command Compare()
    {
        var first = Directory("A", "One tree.");
        var second = Directory("B", "The other.");
        var command = new Command("compare", "List what differs between two trees in content or metadata; exit code 1 if anything does.") { first, second };
        command.SetAction(parsed => Guarded(parsed, () =>
        {
            var one = TreeFingerprint.Of(Place(parsed, first));
            var differences = TreeComparison.Differences(one, TreeFingerprint.Of(Place(parsed, second)));
            foreach (var difference in differences)
                parsed.InvocationConfiguration.Output.WriteLine(difference);
            parsed.InvocationConfiguration.Output.WriteLine(
                differences.Length == 0 ? $"alike: {one.Entries.Length} entries, digest {one.Digest}" : $"{differences.Length} differences");
            return differences.Length == 0 ? 0 : 1;
        }));
        return command;
    }

    private static void WriteText(TreeFingerprint fingerprint, TextWriter output)
    {
        foreach (var entry in fingerprint.Entries)
            output.WriteLine(entry.Line);
        output.WriteLine($"{fingerprint.Entries.Length} entries, digest {fingerprint.Digest}");
    }

    private static void WriteJson(TreeFingerprint fingerprint, TextWriter output)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("digest", fingerprint.Digest);
            json.WriteStartArray("entries");
            foreach (var entry in fingerprint.Entries)
            {
                json.WriteStartObject();
                json.WriteString("path", entry.Path);
                foreach (var (name, value) in entry.Facts)
                    json.WriteString(name, value);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        output.WriteLine(System.Text.Encoding.UTF8.GetString(buffer.ToArray()));
    }

    private static int Guarded(ParseResult parsed, Func<int> action)
    {
        try
        {
            return action();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            parsed.InvocationConfiguration.Error.WriteLine(error.Message);
            return 2;
        }
    }

    // In a pod without a mount namespace the volume is elsewhere, as for the mover; without this, /data would be the host's own.
    private static string Place(ParseResult parsed, Argument<string> directory) =>
        PathMap.Parse(Environment.GetEnvironmentVariable(PathMap.Variable)).Apply(parsed.GetRequiredValue(directory));

    private static Argument<string> Directory(string name, string description) => new(name) { Description = description };

    private static Option<long> Seed() => new("--seed")
    {
        Description = "A whole number that decides everything.",
        DefaultValueFactory = _ => 1,
        CustomParser = result =>
            long.TryParse(result.Tokens.Single().Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seed) ? seed : Invalid(result),
    };

    private static long Invalid(System.CommandLine.Parsing.ArgumentResult result)
    {
        result.AddError("--seed takes a whole number.");
        return 0;
    }
}
