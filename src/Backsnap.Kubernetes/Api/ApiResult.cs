namespace Backsnap.Kubernetes;

/// <summary>What came of a request: a value, or the reason why there is none. Nothing that a server or a network does is thrown.</summary>
/// <typeparam name="T">The value.</typeparam>
public abstract record ApiResult<T>
{
    private ApiResult()
    {
    }

    /// <summary>True for <see cref="Ok"/>.</summary>
    public bool IsOk => this is Ok;

    /// <summary>The error of a <see cref="Failed"/>, else null.</summary>
    public ApiError? ErrorOrNull => (this as Failed)?.Error;

    /// <summary>The value through <paramref name="ok"/>, or the error through <paramref name="failed"/>.</summary>
    public abstract TOut Match<TOut>(Func<T, TOut> ok, Func<ApiError, TOut> failed);

    /// <summary>The value changed; an error stays.</summary>
    public ApiResult<TOut> Map<TOut>(Func<T, TOut> change) =>
        Match<ApiResult<TOut>>(value => new ApiResult<TOut>.Ok(change(value)), error => new ApiResult<TOut>.Failed(error));

    /// <summary>The next result, made from the value; an error stays.</summary>
    public ApiResult<TOut> Bind<TOut>(Func<T, ApiResult<TOut>> next) =>
        Match(next, error => new ApiResult<TOut>.Failed(error));

    /// <summary>It worked.</summary>
    /// <param name="Value">What the server answered.</param>
    public sealed record Ok(T Value) : ApiResult<T>
    {
        /// <inheritdoc/>
        public override TOut Match<TOut>(Func<T, TOut> ok, Func<ApiError, TOut> failed) => ok(Value);
    }

    /// <summary>It did not work.</summary>
    /// <param name="Error">Why.</param>
    public sealed record Failed(ApiError Error) : ApiResult<T>
    {
        /// <inheritdoc/>
        public override TOut Match<TOut>(Func<T, TOut> ok, Func<ApiError, TOut> failed) => failed(Error);
    }
}
