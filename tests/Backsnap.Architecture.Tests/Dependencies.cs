using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;

namespace Backsnap.Architecture.Tests;

/// <summary>What projects depend on, as their project files say and as the compiler wrote it into the assemblies.</summary>
internal static class Dependencies
{
    /// <summary>The names of the projects in src.</summary>
    public static string[] Projects { get; } = [.. Repository.Files("src", "*.csproj").Select(path => Path.GetFileNameWithoutExtension(path))];

    /// <summary>The built assembly of a project of src.</summary>
    public static string Assembly(string project) =>
        Path.Combine(AppContext.BaseDirectory, project == "Backsnap.Host" ? "backsnap.dll" : project + ".dll");

    public static IEnumerable<(string From, string To)> OfProjectFiles() =>
        from path in Repository.Files("src", "*.csproj")
        from reference in XDocument.Parse(Repository.Read(path)).Descendants()
        where reference.Name.LocalName is "ProjectReference" or "PackageReference" or "FrameworkReference"
        select (
            Path.GetFileNameWithoutExtension(path),
            reference.Name.LocalName == "ProjectReference"
                ? Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/'))
                : reference.Attribute("Include")!.Value);

    public static IEnumerable<(string From, string To)> OfAssemblies() =>
        from project in Projects
        from name in ReferencedBy(Assembly(project))
        select (project, name);

    private static string[] ReferencedBy(string assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly));
        var metadata = file.GetMetadataReader();
        return [.. metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))];
    }
}
