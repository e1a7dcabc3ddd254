using System.Globalization;
using System.Text;

namespace Backsnap.Kubernetes;

/// <summary>A path that grows a query; what is null is left out.</summary>
internal sealed class Query(string path)
{
    private readonly StringBuilder _text = new(path);
    private bool _begun;

    public Query With(string name, string? value)
    {
        if (value is null) return this;
        _text.Append(_begun ? '&' : '?').Append(name).Append('=').Append(Uri.EscapeDataString(value));
        _begun = true;
        return this;
    }

    public Query With(string name, long? value) => With(name, value?.ToString(CultureInfo.InvariantCulture));

    public Query With(string name, bool value) => value ? With(name, "true") : this;

    public override string ToString() => _text.ToString();
}
