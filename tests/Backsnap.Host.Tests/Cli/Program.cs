using System.Text;

namespace Backsnap.Host.Tests.Cli;

/// <summary>What one run of the program said, and its exit status.</summary>
internal sealed record Said(int Status, string Out, string Error);

/// <summary>
/// The program in this process. What it writes to the console is caught for the test that runs it, whatever others do beside it.
/// </summary>
internal static class Program
{
    private static readonly AsyncLocal<(StringWriter Out, StringWriter Error)?> Current = new();

    static Program()
    {
        Console.SetOut(new Forwarder(Console.Out, caught => caught.Out));
        Console.SetError(new Forwarder(Console.Error, caught => caught.Error));
    }

    /// <summary>Runs it with these arguments and no environment variables.</summary>
    public static Said Run(params string[] arguments) => RunWith([], arguments);

    /// <summary>Runs it with these environment variables and arguments.</summary>
    public static Said RunWith(Dictionary<string, string> environment, params string[] arguments)
    {
        var caught = (Out: new StringWriter { NewLine = "\n" }, Error: new StringWriter { NewLine = "\n" });
        Current.Value = caught;
        try
        {
            var status = Backsnap.Host.Cli.Commands.Run(arguments, name => environment.GetValueOrDefault(name));
            return new Said(status, caught.Out.ToString(), caught.Error.ToString());
        }
        finally
        {
            Current.Value = null;
        }
    }

    private sealed class Forwarder(TextWriter elsewhere, Func<(StringWriter Out, StringWriter Error), StringWriter> side) : TextWriter
    {
        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value) => Target.Write(value);

        public override void Write(string? value) => Target.Write(value);

        public override void WriteLine(string? value) => Target.WriteLine(value);

        public override Task WriteLineAsync(string? value)
        {
            Target.WriteLine(value);
            return Task.CompletedTask;
        }

        private TextWriter Target => Current.Value is { } caught ? TextWriter.Synchronized(side(caught)) : elsewhere;
    }
}
