using System.CommandLine.Parsing;

namespace Backsnap.Host.Cli;

/// <summary>Says what is wrong with a command line, where the parser's own words would speak of types.</summary>
internal static class Misreading
{
    // What the parser says beside the word that it did not know.
    private const string NoCommand = "Required command was not provided";

    /// <summary>A sentence for each mistake, without full stops.</summary>
    public static IReadOnlyList<string> Sentences(IReadOnlyList<ParseError> errors)
    {
        var all = errors.Select(Sentence).Distinct().ToList();
        return all.Count > 1 ? [.. all.Where(sentence => sentence != NoCommand)] : all;
    }

    private static string Sentence(ParseError error) => error.SymbolResult switch
    {
        OptionResult { Tokens: [var value] } option when Form(option.Option.ValueType) is { } form => $"{option.Option.Name}: '{value.Value}' is not {form}",
        _ => error.Message.TrimEnd('.'),
    };

    /// <summary>The command that was meant, as it is typed, with a blank after it; empty for the program itself.</summary>
    public static string Path(CommandResult command) =>
        command.Parent is CommandResult above ? $"{Path(above)}{command.Command.Name} " : "";

    private static string? Form(Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        var number when number == typeof(int) || number == typeof(long) => "a whole number",
        var flag when flag == typeof(bool) => "true or false",
        _ => null,
    };
}
