using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Controllers;

/// <summary>Where an object is found; the namespace is empty for kinds outside namespaces.</summary>
internal readonly record struct ObjectKey(ResourceType Type, string Namespace, string Name)
{
    public static ObjectKey Of(StoredObject stored) => new(stored.Type, stored.Namespace, stored.Name);
}
