using System.Text.Json.Nodes;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Rights;

/// <summary>The answer 403 in the API server's words (responsewriters.Forbidden in k8s.io/apiserver, NewForbidden in k8s.io/apimachinery).</summary>
internal static class Forbidden
{
    /// <summary>The refusal of a request; <paramref name="errors"/> are what was wrong with the bindings of the user.</summary>
    public static ApiError Error(User user, RequestAttributes asked, IReadOnlyList<string> errors)
    {
        var sentence = Sentence(user, asked) + errors.Count switch
        {
            0 => "",
            1 => $": RBAC: {errors[0]}",
            _ => $": RBAC: [{string.Join(", ", errors)}]",
        };
        return Error(asked, sentence);
    }

    /// <summary>A refusal for another reason than the roles' silence.</summary>
    public static ApiError Error(RequestAttributes asked, string sentence)
    {
        var resource = asked.Group.Length == 0 ? asked.Resource : $"{asked.Resource}.{asked.Group}";
        var subject = !asked.IsResource ? "forbidden" : asked.Name.Length == 0 ? $"{resource} is forbidden" : $"{resource} \"{asked.Name}\" is forbidden";
        return new ApiError(403, "Forbidden", $"{subject}: {sentence}", Details(asked));
    }

    private static string Sentence(User user, RequestAttributes asked) =>
        !asked.IsResource ? $"User \"{user.Name}\" cannot {asked.Verb} path \"{asked.Path}\""
        : $"User \"{user.Name}\" cannot {asked.Verb} resource \"{asked.Combined}\" in API group \"{asked.Group}\" "
            + (asked.Namespace.Length == 0 ? "at the cluster scope" : $"in the namespace \"{asked.Namespace}\"");

    private static JsonObject Details(RequestAttributes asked)
    {
        var details = new JsonObject();
        foreach (var (field, value) in ((string, string)[])[("name", asked.Name), ("group", asked.Group), ("kind", asked.Resource)])
        {
            if (value.Length > 0)
            {
                details[field] = value;
            }
        }

        return details;
    }
}
