using Backsnap.Host.Cli;

namespace Backsnap.Host.Tests.Cli;

/// <summary>The table of flags in README.md is what the program says of itself.</summary>
public class ReadmeTests
{
    [Fact]
    public void The_readme_lists_every_flag_with_its_variable_and_default_and_no_other()
    {
        var expected = Flags.All.Select(Row).ToList();
        var written = File.ReadAllLines(Readme()).Where(line => line.StartsWith("| `--", StringComparison.Ordinal)).ToList();

        Assert.True(expected.SequenceEqual(written), $"The table of flags in README.md is to read:\n\n{string.Join('\n', expected)}\n");
    }

    private static string Row(Flag flag) =>
        $"| `--{flag.Name}` | `{flag.Variable}` | {(flag.Default.Length > 0 ? $"`{flag.Default}`" : "")} | {flag.Help} |";

    private static string Readme()
    {
        for (var directory = AppContext.BaseDirectory; directory is not null; directory = Path.GetDirectoryName(directory))
        {
            if (File.Exists(Path.Combine(directory, "Backsnap.sln")))
            {
                return Path.Combine(directory, "README.md");
            }
        }

        throw new InvalidOperationException("The tests do not run within the repository.");
    }
}
