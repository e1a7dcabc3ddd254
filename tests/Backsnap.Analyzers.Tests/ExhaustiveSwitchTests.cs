namespace Backsnap.Analyzers.Tests;

public sealed class ExhaustiveSwitchTests
{
    private const string Phases = """
        public enum Light { Red, Green }
        public abstract record Phase
        {
            private Phase() { }
            public sealed record Pending : Phase;
            public sealed record Running(bool Late, Light Light, Phase? Before) : Phase;
            public abstract record Done : Phase
            {
                private Done() { }
                public sealed record Succeeded(string Snapshot) : Done;
                public sealed record Failed(string Why) : Done;
            }
        }
        public abstract record Open { public sealed record Only : Open; }
        public abstract record Result<T>
        {
            private Result() { }
            public sealed record Ok(T Value) : Result<T>;
            public sealed record Bad(string Why) : Result<T>;
        }

        """;

    [Theory]
    [InlineData("phase switch { Phase.Pending => 1, Phase.Running r => 2, Phase.Done.Succeeded { Snapshot: var s } => s.Length, Phase.Done.Failed(var why) => 4 }")]
    [InlineData("phase switch { Phase.Pending or Phase.Running => 1, Phase.Done => 2 }")]
    [InlineData("phase switch { Phase.Pending => 1, Phase.Running { Late: true } => 2, Phase.Running { Late: false } => 3, Phase.Done => 4 }")]
    [InlineData("phase switch { Phase.Pending => 1, Phase.Running(_, Light.Red, _) => 2, Phase.Running(_, Light.Green, _) => 3, Phase.Done => 4 }")]
    [InlineData("phase switch { Phase.Pending => 1, Phase.Running { Before: null } => 2, Phase.Running { Before: not null } => 3, Phase.Done => 4 }")]
    [InlineData("phase switch { Phase.Done => 1, not Phase.Done => 2 }")]
    [InlineData("(phase, other) switch { (Phase.Pending, Phase.Pending) => 1, (Phase.Pending, not Phase.Pending) => 2, (Phase.Running or Phase.Done, _) => 3 }")]
    [InlineData("(phase, flag) switch { (Phase.Done, _) => 1, (Phase.Pending or Phase.Running, true) => 2, (Phase.Pending or Phase.Running, false) => 3 }")]
    [InlineData("result switch { Result<int>.Ok(var value) => value, Result<int>.Bad => 2 }")]
    [InlineData("light switch { Light.Red => 1, Light.Green => 2 }")]
    [InlineData("maybe switch { null => 0, Phase.Pending or Phase.Running => 1, Phase.Done => 2 }")]
    public async Task A_switch_that_names_every_case_needs_no_arm_for_the_rest(string expression) =>
        Assert.Empty(await Compiled.Diagnostics(Phases + Method(expression)));

    [Theory]
    [InlineData("Sample.Twice(1, phase switch { Phase.Pending => 1, Phase.Running => 2, Phase.Done => 3 })")]
    [InlineData("1.Then(phase switch { Phase.Pending => Number(1), Phase.Running => Number(2), Phase.Done => Number(3) })")]
    [InlineData("Number((int)(phase switch { Phase.Pending => 1L, Phase.Running => 2, Phase.Done => 3 }))")]
    public async Task A_switch_is_exhaustive_wherever_it_stands(string expression) =>
        Assert.Empty(await Compiled.Diagnostics(Phases + Method(expression)));

    [Theory]
    [InlineData("phase switch { Phase.Pending => 1, Phase.Running => 2, Phase.Done.Succeeded => 3 }")]
    [InlineData("phase switch { Phase.Pending => 1, Phase.Running { Late: true } => 2, Phase.Done => 3 }")]
    [InlineData("phase switch { Phase.Pending => 1, Phase.Running when flag => 2, Phase.Done => 3 }")]
    [InlineData("phase switch { Phase.Pending => 1, Phase.Running(_, Light.Red, _) => 2, Phase.Done => 3 }")]
    [InlineData("phase switch { Phase.Pending => 1, Phase.Running { Before: Phase.Done } => 2, Phase.Done => 3 }")]
    [InlineData("phase switch { Phase.Pending => 1, Phase.Running => 2, Phase.Done.Succeeded { Snapshot: \"x\" } => 3, Phase.Done.Failed => 4 }")]
    [InlineData("phase switch { Phase.Pending => 1, Phase.Running { Late: true, Light: Light.Red } => 2, Phase.Running { Late: false, Light: Light.Green } => 3, Phase.Done => 4 }")]
    [InlineData("(phase, other) switch { (Phase.Pending, _) => 1, (_, Phase.Pending) => 2 }")]
    [InlineData("(phase, flag) switch { (Phase.Done, _) => 1, (Phase.Pending or Phase.Running, true) => 2 }")]
    [InlineData("result switch { Result<int>.Ok(> 3) => 1, Result<int>.Bad => 2 }")]
    [InlineData("maybe switch { Phase.Running => 1, Phase.Done => 2 }")]
    [InlineData("open switch { Open.Only => 1 }")]
    public async Task A_switch_that_leaves_a_case_out_does_not_compile(string expression) =>
        Assert.Equal(["CS8509"], await Compiled.Diagnostics(Phases + Method(expression)));

    [Fact]
    public async Task An_enum_value_that_is_left_out_does_not_compile() =>
        Assert.Equal(["CS8509"], await Compiled.Diagnostics(Phases + Method("light switch { Light.Red => 1 }")));

    [Fact]
    public async Task A_null_that_is_left_out_does_not_compile() =>
        Assert.NotEmpty(await Compiled.Diagnostics(Phases + Method("maybe switch { Phase.Pending or Phase.Running => 1, Phase.Done => 2 }")));

    [Fact]
    public async Task A_hierarchy_of_another_project_is_closed_too()
    {
        var domain = Compiled.Reference(Phases);
        Assert.Empty(await Compiled.Diagnostics(Method("phase switch { Phase.Pending or Phase.Running => 1, Phase.Done => 2 }"), domain));
        Assert.Equal(["CS8509"], await Compiled.Diagnostics(Method("phase switch { Phase.Pending => 1, Phase.Done => 2 }"), domain));
        Assert.Equal(["CS8509"], await Compiled.Diagnostics(Method("open switch { Open.Only => 1 }"), domain));
    }

    [Theory]
    [InlineData("phase switch { Phase.Pending => 1, _ => 2 }")]
    [InlineData("phase switch { Phase.Pending => 1, var rest => 2 }")]
    public async Task An_arm_for_everything_else_hides_the_cases_of_a_closed_hierarchy(string expression) =>
        Assert.Equal(["BSN002"], await Compiled.Diagnostics(Phases + Method(expression)));

    [Theory]
    [InlineData("open switch { Open.Only => 1, _ => 2 }")]
    [InlineData("light switch { Light.Red => 1, _ => 2 }")]
    [InlineData("phase switch { Phase.Done => 1, _ when flag => 2, Phase.Pending or Phase.Running => 3 }")]
    public async Task An_arm_for_everything_else_is_fine_where_there_is_no_closed_hierarchy(string expression) =>
        Assert.Empty(await Compiled.Diagnostics(Phases + Method(expression)));

    private static string Method(string expression) => $$"""
        public static class Sample
        {
            public static int Run(Phase phase, Phase other, Phase? maybe, Open open, Light light, Result<int> result, bool flag) =>
                {{expression}};
            private static T Twice<T>(T first, T second) => second;
            private static T Then<T>(this T first, T second) => second;
            private static int Number(int number) => number;
        }
        """;
}
