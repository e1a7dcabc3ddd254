using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Backsnap.Analyzers.Tests;

/// <summary>Source text compiled with the analyzers of this repository.</summary>
internal static class Compiled
{
    private static readonly ImmutableArray<DiagnosticAnalyzer> Analyzers =
        [new ExhaustiveSwitchSuppressor(), new HiddenCaseAnalyzer(), new EmptyCollectionAnalyzer()];

    private static readonly ImmutableArray<MetadataReference> Framework =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    /// <summary>The identifiers of the warnings and errors that remain, each once per place, in the order of the text.</summary>
    public static async Task<string[]> Diagnostics(string source, params MetadataReference[] more) =>
    [
        .. (await Compile(source, more)
                .WithAnalyzers(Analyzers, new CompilationWithAnalyzersOptions(
                    new AnalyzerOptions([]), onAnalyzerException: null, concurrentAnalysis: false, logAnalyzerExecutionTime: false,
                    reportSuppressedDiagnostics: false))
                .GetAllDiagnosticsAsync())
            .Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning && !diagnostic.IsSuppressed)
            .OrderBy(diagnostic => diagnostic.Location.SourceSpan.Start)
            .Select(diagnostic => diagnostic.Id),
    ];

    /// <summary>What another project sees of <paramref name="source"/>: an assembly without its private members.</summary>
    public static MetadataReference Reference(string source)
    {
        using var image = new MemoryStream();
        var emitted = Compile(source, []).Emit(image, options: new(metadataOnly: true, includePrivateMembers: false));
        Assert.True(emitted.Success, string.Join('\n', emitted.Diagnostics));
        return MetadataReference.CreateFromImage(image.ToArray());
    }

    private static CSharpCompilation Compile(string source, MetadataReference[] more) =>
        CSharpCompilation.Create(
            "Sample" + Guid.NewGuid().ToString("N"),
            [CSharpSyntaxTree.ParseText(source, new CSharpParseOptions(LanguageVersion.Latest))],
            [.. Framework, .. more],
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary,
                nullableContextOptions: NullableContextOptions.Enable,
                // As in a real build, where the suppressor must win over "warnings are errors".
                generalDiagnosticOption: ReportDiagnostic.Error));
}
