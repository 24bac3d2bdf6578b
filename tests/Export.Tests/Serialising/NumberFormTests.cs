using System.Globalization;
using Sandbox.Export.Serialising;

namespace Sandbox.Export.Tests.Serialising;

public sealed class NumberFormTests
{
    [Theory]
    [InlineData(0, 3, "0")]
    [InlineData(1, 1, "1")]
    [InlineData(-1.5, 2, "-1.5")]
    [InlineData(12345.678, 3, "12300")]
    [InlineData(12345.678, 5, "12346")]
    [InlineData(12345.678, 8, "12345.678")]
    [InlineData(0.000123456, 3, "0.000123")]
    [InlineData(0.00000001234, 2, "1.2E-8")]
    [InlineData(999.96, 4, "1000")]
    [InlineData(1e20, 1, "100000000000000000000")]
    [InlineData(1.5e21, 2, "1.5E21")]
    [InlineData(-1e300, 15, "-1E300")]
    [InlineData(0.1, 15, "0.1")]
    [InlineData(4.9406564584124654E-324, 2, "4.9E-324")]
    public void A_double_is_rounded_to_the_declared_digits(double value, int digits, string written) =>
        Assert.Equal(written, NumberForm.Rounded(value, digits));

    [Theory]
    [InlineData("1.00", 3, "1")]
    [InlineData("123456789.5", 4, "123500000")]
    [InlineData("-0.045", 1, "-0.05")]
    [InlineData("0.00", 1, "0")]
    [InlineData("79228162514264337593543950335", 3, "7.92E28")]
    public void A_decimal_is_rounded_alike(string value, int digits, string written) =>
        Assert.Equal(written, NumberForm.Rounded(decimal.Parse(value, CultureInfo.InvariantCulture), digits));

    [Fact]
    public void The_low_bits_of_a_double_do_not_survive()
    {
        var forms = Enumerable.Range(0, 1000).Select(bits => NumberForm.Rounded(BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(123.456) + bits), 6)).Distinct();
        Assert.Equal(["123.456"], forms);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void What_is_no_number_is_not_written(double value) => Assert.Throws<ArgumentOutOfRangeException>(() => NumberForm.Rounded(value, 3));

    [Theory]
    [InlineData(0)]
    [InlineData(16)]
    public void Digits_outside_the_range_are_refused(int digits) => Assert.Throws<ArgumentOutOfRangeException>(() => NumberForm.Rounded(1.5, digits));
}
