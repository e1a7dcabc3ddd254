namespace Backsnap.Host.Cli;

/// <summary>How a command ends when it cannot do what was asked: sentences on standard error, an exit status other than 0.</summary>
internal static class Complaint
{
    /// <summary>The command line or an input file is wrong.</summary>
    public const int BadInput = 2;

    /// <summary>The world is not as it must be: a server that cannot be reached, a right that is missing.</summary>
    public const int Unable = 1;

    /// <summary>Says what is wrong, one line each.</summary>
    public static int Say(int status, params IEnumerable<string> sentences)
    {
        foreach (var sentence in sentences)
        {
            Console.Error.WriteLine($"backsnap: {PlainText.OneLine(sentence)}");
        }

        return status;
    }
}
