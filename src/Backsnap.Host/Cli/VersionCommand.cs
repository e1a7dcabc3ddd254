using System.CommandLine;
using System.Reflection;

namespace Backsnap.Host.Cli;

/// <summary><c>backsnap version</c>.</summary>
internal static class VersionCommand
{
    /// <summary>The version of this build, without the commit.</summary>
    public static string Version { get; } =
        (typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown").Split('+')[0];

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("version", "Print the version.");
        command.SetAction(_ => Console.Out.WriteLine($"backsnap {Version}"));
        return command;
    }
}
