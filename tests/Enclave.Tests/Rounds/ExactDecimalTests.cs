using Sandbox.Enclave.Rounds;

namespace Sandbox.Enclave.Tests.Rounds;

public sealed class ExactDecimalTests
{
    [Theory]
    [InlineData("0", "0")]
    [InlineData("-0", "0")]
    [InlineData("+7", "7")]
    [InlineData("1.50", "1.50")]
    [InlineData("-0.05", "-0.05")]
    [InlineData(".5", "0.5")]
    [InlineData("5.", "5")]
    [InlineData("1e+05", "100000")]
    [InlineData("1.25E2", "125")]
    [InlineData("1.25e1", "12.5")]
    [InlineData("12e-3", "0.012")]
    [InlineData("00012", "12")]
    [InlineData("123456789012345678901234567890", "123456789012345678901234567890")]
    public void A_number_is_kept_as_it_was_written(string text, string shown)
    {
        Assert.True(ExactDecimal.TryParse(text, out var value));
        Assert.Equal(shown, value.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData(".")]
    [InlineData("1.2.3")]
    [InlineData("1,5")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("0x10")]
    [InlineData("1e99")]
    [InlineData("1e")]
    [InlineData("--1")]
    [InlineData("1 2")]
    [InlineData("１２")]
    [InlineData("0.0000000000000000000000000000001")]
    [InlineData("1e-31")]
    [InlineData("1234567890123456789012345678901")]
    public void What_is_not_an_exact_decimal_number_is_no_number(string text) => Assert.False(ExactDecimal.TryParse(text, out _));

    [Theory]
    [InlineData("1.50", 1, 15L)]
    [InlineData("1.50", 2, 150L)]
    [InlineData("1.50", 4, 15000L)]
    [InlineData("1.55", 1, null)]
    [InlineData("-3", 2, -300L)]
    [InlineData("9223372036854775807", 0, long.MaxValue)]
    [InlineData("9223372036854775808", 0, null)]
    [InlineData("92233720368547759", 3, null)]
    [InlineData("0.000", 0, 0L)]
    public void Scaling_is_exact_or_refused(string text, int decimals, long? expected)
    {
        Assert.True(ExactDecimal.TryParse(text, out var value));
        Assert.Equal(expected is not null, value.TryScale(decimals, out long scaled));
        Assert.Equal(expected ?? 0, expected is null ? 0 : scaled);
    }
}
