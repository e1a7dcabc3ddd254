using Backsnap.Sandbox.Resources;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Lifecycle;

/// <summary>With a CustomResourceDefinition go all objects of its kind, as on any cluster; they do not come back with a new definition.</summary>
internal sealed class DefinitionCleaner : IController
{
    public string Name => "definition-cleaner";

    public async Task RunAsync(ControllerContext context, CancellationToken ct)
    {
        await foreach (var change in context.Store.Watch(ResourceTypes.CustomResourceDefinitions, ct: ct))
        {
            if (change is StoreEvent.Deleted deleted)
            {
                var type = CustomDefinition.ToType(deleted.Object);
                foreach (var left in context.Store.Snapshot(type, null).Items)
                {
                    context.Store.Delete(type, left.Namespace, left.Name, new DeleteOptions(Uid: left.Uid));
                }
            }
        }
    }
}
