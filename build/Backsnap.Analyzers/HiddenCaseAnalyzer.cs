using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Backsnap.Analyzers;

/// <summary>
/// BSN002: a switch expression over a closed hierarchy has an arm for "everything else". It would swallow a case that is added later,
/// without anybody having thought about it.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class HiddenCaseAnalyzer : DiagnosticAnalyzer
{
    internal static readonly DiagnosticDescriptor Rule = new(
        "BSN002",
        "An arm for everything else hides the cases of a closed hierarchy",
        "Name the remaining cases of {0} instead of matching everything else (join them with 'or'), so that a new case is not swallowed",
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
        context.RegisterOperationAction(Analyze, OperationKind.SwitchExpression);
    }

    private static void Analyze(OperationAnalysisContext context)
    {
        var operation = (ISwitchExpressionOperation)context.Operation;
        if (operation.Value.Type is not { } type || ClosedHierarchy.Cases(type).IsEmpty)
        {
            return;
        }

        foreach (var arm in operation.Arms)
        {
            if (arm.Guard is null && Shape.Of(arm.Pattern) is Shape.Any)
            {
                context.ReportDiagnostic(Diagnostic.Create(Rule, arm.Pattern.Syntax.GetLocation(), type.Name));
            }
        }
    }
}
