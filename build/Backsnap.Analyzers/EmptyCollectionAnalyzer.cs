using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Backsnap.Analyzers;

/// <summary>
/// BSN001: LanguageExt's collections are immutable, and their <c>Add</c> returns a new collection. <c>Seq&lt;int&gt; s = [1, 2]</c> and
/// <c>new Seq&lt;int&gt; { 1, 2 }</c> compile, throw that result away, and are empty.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class EmptyCollectionAnalyzer : DiagnosticAnalyzer
{
    internal static readonly DiagnosticDescriptor Rule = new(
        "BSN001",
        "A collection expression of a LanguageExt collection is silently empty",
        "This {0} would be empty whatever stands in it: use LanguageExt's own constructor (Seq1, toSeq, HashMap(…), {0}<…>.Empty)",
        "Correctness",
        DiagnosticSeverity.Error,
        isEnabledByDefault: true);

    /// <inheritdoc />
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Rule];

    /// <inheritdoc />
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterOperationAction(
            static found => Analyze(found, found.Operation.Type),
            OperationKind.CollectionExpression);
        context.RegisterOperationAction(
            static found =>
            {
                var initializer = (IObjectOrCollectionInitializerOperation)found.Operation;
                Analyze(found, initializer.Initializers.OfType<IInvocationOperation>().Any() ? initializer.Type : null);
            },
            OperationKind.ObjectOrCollectionInitializer);
    }

    private static void Analyze(OperationAnalysisContext context, ITypeSymbol? type)
    {
        if (type?.ContainingNamespace is { Name: "LanguageExt", ContainingNamespace.IsGlobalNamespace: true })
        {
            context.ReportDiagnostic(Diagnostic.Create(Rule, context.Operation.Syntax.GetLocation(), type.Name));
        }
    }
}
