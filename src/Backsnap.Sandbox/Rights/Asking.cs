using Backsnap.Sandbox.Api;
using Microsoft.AspNetCore.Http;

namespace Backsnap.Sandbox.Rights;

/// <summary>Who asks in a request, and for what; known to whoever answers it.</summary>
internal static class Asking
{
    public static RequestAttributes Attributes(HttpRequest request) =>
        RequestAttributes.Of(request.Method, request.Path.Value ?? "/", Query.Flag(request, "watch"), Query.Text(request, "fieldSelector"));

    public static void Remember(HttpContext http, User user, RequestAttributes asked) => http.Features.Set(new Known(user, asked));

    public static User User(HttpContext http) => Of<Known>(http).User;

    public static RequestAttributes Of(HttpContext http) => Of<Known>(http).Asked;

    private static T Of<T>(HttpContext http) => http.Features.Get<T>() ?? throw new InvalidOperationException("the request was not authenticated");

    private sealed record Known(User User, RequestAttributes Asked);
}
