using LanguageExt;

namespace Backsnap.Domain.Objects;

/// <summary>Where null ends: what the edges may leave out becomes an <see cref="Option{A}"/>.</summary>
public static class Optional
{
    /// <summary>None for null, else Some.</summary>
    public static Option<T> ToOpt<T>(this T? value) where T : class => value is null ? Option<T>.None : Prelude.Some(value);

    /// <summary>None for null, else Some.</summary>
    public static Option<T> ToOpt<T>(this T? value) where T : struct => value is { } present ? Prelude.Some(present) : Option<T>.None;
}
