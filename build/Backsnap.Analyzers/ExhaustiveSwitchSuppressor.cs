using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Backsnap.Analyzers;

/// <summary>
/// Silences "the switch expression does not handle all possible values" where it does: when every case of the closed hierarchies,
/// enums, bools and tuples that it looks at is named. A new case brings the warning, and so the failed build, back.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ExhaustiveSwitchSuppressor : DiagnosticSuppressor
{
    private const string Why = "every case of the closed hierarchy is handled";

    // CS8509: some value; CS8846: some value that only an arm with a guard may match; CS8524: an enum's value without a name.
    private static readonly ImmutableArray<SuppressionDescriptor> Descriptors =
    [
        new SuppressionDescriptor("BSN8509", "CS8509", Why),
        new SuppressionDescriptor("BSN8846", "CS8846", Why),
        new SuppressionDescriptor("BSN8524", "CS8524", Why),
    ];

    /// <inheritdoc />
    public override ImmutableArray<SuppressionDescriptor> SupportedSuppressions => Descriptors;

    /// <inheritdoc />
    public override void ReportSuppressions(SuppressionAnalysisContext context)
    {
        foreach (var diagnostic in context.ReportedDiagnostics)
        {
            if (IsExhaustive(diagnostic, context))
            {
                context.ReportSuppression(Suppression.Create(Descriptors.First(one => one.SuppressedDiagnosticId == diagnostic.Id), diagnostic));
            }
        }
    }

    private static bool IsExhaustive(Diagnostic diagnostic, SuppressionAnalysisContext context)
    {
        var tree = diagnostic.Location.SourceTree;
        var syntax = tree?.GetRoot(context.CancellationToken)
            .FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true)
            .FirstAncestorOrSelf<SwitchExpressionSyntax>();
        if (tree is null || syntax is null)
        {
            return false;
        }

        var model = context.GetSemanticModel(tree);
        var info = model.GetTypeInfo(syntax.GoverningExpression, context.CancellationToken);
        return model.GetOperation(syntax, context.CancellationToken) is ISwitchExpressionOperation { Value.Type: { } type } operation
            && Exhaustiveness.Holds(operation, new Place("", type, info.Nullability.FlowState == NullableFlowState.MaybeNull));
    }
}
