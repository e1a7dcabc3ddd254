namespace Backsnap.Host.Mover;

/// <summary>The mover's log: plain lines for people, which <c>kubectl logs</c> shows; no credential gets through.</summary>
internal sealed class MoverLog(TextWriter writer, SecretMask mask)
{
    private readonly Lock gate = new();

    public void Line(string text)
    {
        lock (gate)
        {
            try
            {
                writer.WriteLine(mask.Apply(text));
                writer.Flush();
            }
            catch (IOException)
            {
                // Nobody reads the log any more: no reason to leave a volume half done.
            }
        }
    }
}
