namespace Backsnap.Sandbox;

/// <summary>The embedded cluster cannot start; the message says why and names the file.</summary>
public sealed class SandboxException : Exception
{
    /// <summary>With what is wrong, in one sentence.</summary>
    public SandboxException(string message)
        : base(message)
    {
    }

    /// <summary>With what is wrong, and the error behind it.</summary>
    public SandboxException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>Without a message; use the others.</summary>
    public SandboxException()
    {
    }
}
