namespace Backsnap.Kubernetes.Tests.Support;

public static class Results
{
    public static T Value<T>(this ApiResult<T> result) =>
        result.Match(value => value, error => throw new InvalidOperationException(error.Explain()));

    public static ApiError Error<T>(this ApiResult<T> result) =>
        result.ErrorOrNull ?? throw new InvalidOperationException($"a failure was expected, not {result}");

    public static KubeConnection Found(this ConnectionResult result) =>
        result.Match(found => found, error => throw new InvalidOperationException(error.Explain()));

    public static KubeconfigError Error(this ConnectionResult result) =>
        result.Match(found => throw new InvalidOperationException($"a failure was expected, not {found}"), error => error);

    public static async Task<List<T>> TakeAsync<T>(this IAsyncEnumerable<T> source, int count)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var taken = new List<T>();
        await foreach (var item in source.WithCancellation(deadline.Token))
        {
            taken.Add(item);
            if (taken.Count == count) break;
        }

        return taken;
    }
}
