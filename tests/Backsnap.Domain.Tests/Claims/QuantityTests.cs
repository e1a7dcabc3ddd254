using Backsnap.Domain.Claims;
using Backsnap.Domain.Tests.Schedules;
using FsCheck.Fluent;
using Xunit.Abstractions;

namespace Backsnap.Domain.Tests.Claims;

public sealed class QuantityTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("0", 0L)]
    [InlineData("1024", 1024L)]
    [InlineData("1Ki", 1024L)]
    [InlineData("10Gi", 10L << 30)]
    [InlineData("500M", 500_000_000L)]
    [InlineData("1.5Gi", 3L << 29)]
    [InlineData("1e3", 1000L)]
    [InlineData("1E3", 1000L)]
    [InlineData("1E", 1_000_000_000_000_000_000L)]
    [InlineData("7Ei", 7L << 60)]
    [InlineData("0.1", 1L)]
    [InlineData("9223372036854775807", long.MaxValue)]
    public void A_quantity_is_read_in_bytes_and_rounded_up(string text, long bytes) =>
        Assert.Equal(bytes, Quantity.Parse(text).Map(read => read.Bytes).IfLeft(-1L));

    // The API server writes a request of 0.1Gi back as 107374182400m.
    [Theory]
    [InlineData("107374182400m", 107_374_183L)]
    [InlineData("1500m", 2L)]
    [InlineData("1u", 1L)]
    [InlineData("1n", 1L)]
    public void Thousandths_are_read_because_the_API_server_writes_them(string text, long bytes) =>
        Assert.Equal(bytes, Quantity.Parse(text).Map(read => read.Bytes).IfLeft(-1L));

    [Theory]
    [InlineData("")]
    [InlineData("Gi")]
    [InlineData("-1Gi")]
    [InlineData("1 Gi")]
    [InlineData("1gi")]
    [InlineData("1GB")]
    [InlineData("ten")]
    [InlineData("8Ei")]
    [InlineData("9223372036854775808")]
    [InlineData("99999999999999999999999Ei")]
    [InlineData("1e400")]
    public void What_is_no_quantity_is_an_error_that_names_it_and_the_units(string text)
    {
        var error = Quantity.Parse(text).Match(Right: read => $"read as {read.Bytes}", Left: said => said);
        Assert.Contains($"'{text}' is not a size", error, StringComparison.Ordinal);
        Assert.Contains("Gi", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Printing_and_reading_gives_the_same_amount() => Laws.Hold(
        output,
        from bytes in Gen.Choose(0, int.MaxValue)
        from shift in Gen.Choose(0, 31)
        select Quantity.OfBytes((long)bytes << shift),
        amount => Assert.Equal(amount, Quantity.Parse(amount.ToString()).IfLeft(Quantity.OfBytes(-1))));

    [Fact]
    public void The_larger_of_two_is_the_one_that_compares_as_larger() => Laws.Hold(
        output,
        from a in Gen.Choose(0, 1000)
        from b in Gen.Choose(0, 1000)
        select (A: Quantity.OfBytes(a), B: Quantity.OfBytes(b)),
        pair =>
        {
            Assert.Equal(Math.Max(pair.A.Bytes, pair.B.Bytes), Quantity.Max(pair.A, pair.B).Bytes);
            Assert.Equal(pair.A < pair.B, pair.B > pair.A);
            Assert.Equal(pair.A <= pair.B, !(pair.A > pair.B));
        });
}
