namespace Backsnap.Kubernetes;

/// <summary>
/// Carries a <see cref="KubeconfigError"/> from the depth of a file to the loader, which makes it a value. It never leaves this
/// project: of many nested optional fields any may be wrong, and the first one wrong is the answer.
/// </summary>
internal sealed class KubeconfigException(KubeconfigError error) : Exception(error.Problem)
{
    public KubeconfigException(string source, string field, string problem, string wayOut)
        : this(new KubeconfigError(source, field, problem, wayOut))
    {
    }

    public KubeconfigError Error { get; } = error;
}
