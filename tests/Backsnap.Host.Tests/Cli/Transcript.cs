using System.Text;

namespace Backsnap.Host.Tests.Cli;

/// <summary>What was typed and what was answered, as a person at a terminal sees it; what differs from run to run is replaced.</summary>
internal sealed class Transcript : IDisposable
{
    private readonly StringBuilder text = new();
    private readonly List<(string Actual, string Shown)> replaced = [];

    public Transcript() => Hide(Home, "DIR");

    public string Home { get; } = Directory.CreateTempSubdirectory("backsnap-cli-").FullName;

    public void Hide(string actual, string shown) => replaced.Insert(0, (actual, shown));

    /// <summary>A file in the test's own directory.</summary>
    public string Write(string name, string content)
    {
        var path = Path.Combine(Home, name);
        File.WriteAllText(path, content);
        return path;
    }

    /// <summary>A line for the reader.</summary>
    public void Note(string line) => text.Append(line).Append('\n');

    /// <summary>Types a command line.</summary>
    public Said Type(params string[] arguments) => TypeWith([], arguments);

    /// <summary>Types a command line with environment variables.</summary>
    public Said TypeWith(Dictionary<string, string> environment, params string[] arguments)
    {
        var said = Program.RunWith(environment, arguments);
        text.Append("$ ");
        foreach (var (name, value) in environment)
        {
            text.Append(name).Append('=').Append(Quoted(value)).Append(' ');
        }

        text.Append("backsnap ").AppendJoin(' ', arguments.Select(Quoted)).Append('\n').Append(said.Error).Append(said.Out);
        if (said.Status != 0)
        {
            text.Append("exit ").Append(said.Status).Append('\n');
        }

        text.Append('\n');
        return said;
    }

    /// <summary>Holds what was said against the file.</summary>
    public void Matches(string golden) => Golden.Matches(golden, ToString());

    public override string ToString() => replaced.Aggregate(text.ToString(), (said, pair) => said.Replace(pair.Actual, pair.Shown, StringComparison.Ordinal));

    public void Dispose() => Directory.Delete(Home, recursive: true);

    private static string Quoted(string argument) => argument.Length > 0 && argument.All(c => char.IsLetterOrDigit(c) || "-_=/.:,@".Contains(c, StringComparison.Ordinal)) ? argument : $"'{argument}'";
}
