using System.Text.Json.Nodes;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Rights;

/// <summary>
/// The admission plugin OwnerReferencesPermissionEnforcement, which many clusters have: an object may only be created that blocks its owner's deletion by
/// whoever may change that owner's finalizers. (Of changes to owner references, about which it has opinions too, nothing is asked here.)
/// </summary>
internal static class OwnerPermission
{
    public static ApiError? Refusal(Authorizer authorizer, ResourceCatalogue types, User user, RequestAttributes asked, JsonObject created)
    {
        foreach (var owner in created.Items("metadata", "ownerReferences").Where(owner => owner.Flag("blockOwnerDeletion")))
        {
            var needed = types.FindKind(owner.Text("apiVersion") ?? "", owner.Text("kind") ?? "") is { } type
                ? new RequestAttributes("update", type.Group, type.Plural, "finalizers", type.Namespaced ? asked.Namespace : "", owner.Text("name") ?? "", "")
                : null;
            if (needed is null || authorizer.Refusal(user, needed) is not null)
            {
                return Forbidden.Error(
                    asked with { Name = created.NameOf() }, "cannot set blockOwnerDeletion if an ownerReference refers to a resource you can't set finalizers on: , <nil>");
            }
        }

        return null;
    }
}
