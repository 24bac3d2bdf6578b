using System.Globalization;
using Sandbox.Policy.Identifiers;

namespace Sandbox.Policy.Tests.Identifiers;

/// <summary>A table of our own: the forms and faults in which identifiers come, beyond the published case files. Check digits were worked out by <see cref="Complete"/>, apart from the detectors.</summary>
public sealed class IdentifierTableTests
{
    private static readonly string[] Mobiles =
    [
        "130", "131", "133", "135", "139", "140", "141", "144", "145", "146", "147", "148", "149", "150", "153", "155", "159", "162", "165", "166", "167", "170", "171", "172", "173", "174", "175", "176", "177", "178",
        "180", "184", "187", "189", "190", "191", "192", "193", "194", "195", "196", "197", "198", "199",
    ];

    [Theory]
    [InlineData("11010119491231", "002", true, true)] // Beijing, the year of the republic
    [InlineData("51022219700315", "001", true, true)] // Sichuan code of Chongqing before 1997
    [InlineData("51022220050315", "001", true, false)] // the same code eight years after it went
    [InlineData("50010519801010", "121", true, false)] // Chongqing code before there was one
    [InlineData("44030019881111", "357", true, true)] // Shenzhen as a whole
    [InlineData("81000019940823", "002", true, true)]
    [InlineData("82000019561103", "003", true, true)]
    [InlineData("83000019810807", "001", true, true)]
    [InlineData("11010119000228", "001", true, true)]
    [InlineData("11010119000229", "001", false, false)] // 1900 was no leap year
    [InlineData("11010120000229", "001", true, true)]
    [InlineData("11010119990229", "001", false, false)]
    [InlineData("11010119990431", "001", false, false)]
    [InlineData("11010119990001", "001", false, false)]
    [InlineData("11010119991301", "001", false, false)]
    [InlineData("11010119990100", "001", false, false)]
    [InlineData("11010118010101", "001", false, false)]
    [InlineData("11010120990101", "001", false, false)]
    [InlineData("00010119990101", "001", false, false)]
    [InlineData("99999919990101", "001", false, false)]
    [InlineData("16010119990101", "001", false, false)] // no such province
    [InlineData("11990119990101", "001", false, false)] // no such county
    public void Identity_numbers_by_place_and_date(string front, string sequence, bool valid, bool strict)
    {
        var number = Complete(front + sequence);
        Assert.Equal((valid, strict), Check(number));

        // However clerks and spreadsheets wrote it, it stays what it was.
        foreach (var written in Written(number))
        {
            Assert.Equal((valid, strict), Check(written));
        }

        // No other last character is right.
        foreach (var last in "0123456789X".Where(last => last != number[17]))
        {
            Assert.Equal((false, false), Check(number[..17] + last));
        }
    }

    [Theory]
    [InlineData("110101491231002", true, true)]
    [InlineData("110101800229001", true, true)]
    [InlineData("110101810229001", false, false)]
    [InlineData("110101801301001", false, false)]
    [InlineData("990101800101001", false, false)]
    [InlineData("500101700101001", true, false)]
    [InlineData("11010180010100X", false, false)]
    [InlineData("11010180010100", false, false)]
    [InlineData("1101018001010011", false, false)]
    public void Old_numbers_of_15_digits(string number, bool valid, bool strict)
    {
        Assert.Equal((valid, strict), Check(number));
        Assert.Equal((valid, strict), Check(number + ".0"));
    }

    [Theory]
    [InlineData("110101 19491231 002")]
    [InlineData("11010119491231002X0")]
    [InlineData("X1010119491231002X")]
    [InlineData("1101011949123100XX")]
    [InlineData("11010119491231OO2X")]
    [InlineData("1.10101194912E+17")]
    [InlineData("110101********002X")]
    [InlineData("身份证11010119491231002")]
    [InlineData("")]
    public void What_is_no_identity_number(string value) => Assert.Equal((false, false), Check(value));

    [Fact]
    public void Every_mobile_range_counts_in_every_way_of_writing()
    {
        foreach (var prefix in Mobiles)
        {
            var number = prefix + "12345678";
            foreach (var written in (string[])
            [
                number, $"+86{number}", $"+86 {number}", $"+86-{number}", $"0086{number}", $"0086-{number}", $"86{number}", $"(+86){number}", $"（+86）{number}", $"{number[..3]} {number[3..7]} {number[7..]}",
                $"{number[..3]}-{number[3..7]}-{number[7..]}", $"+86 {number[..3]} {number[3..7]} {number[7..]}", $" {number} ", $"'{number}", $"{number}.0", Wide(number), $"\u200B{number}", $"{number}\u00A0",
            ])
            {
                Assert.True(IdentifierDetector.Matches(IdentifierKind.Phone, written), written);
                Assert.True(IdentifierDetector.IsMobileNumber(written), written);
            }
        }
    }

    [Theory]
    [InlineData("18888888888", true)]
    [InlineData("010-62345678", true)]
    [InlineData("0755 8234 5678", true)]
    [InlineData("(0831)8234567", true)]
    [InlineData("（021）62345678", true)]
    [InlineData("+86-10-62345678", true)]
    [InlineData("+86 755 82345678", true)]
    [InlineData("0086 21 62345678", true)]
    [InlineData("10012345678", false)]
    [InlineData("11012345678", false)]
    [InlineData("12012345678", false)]
    [InlineData("1381234567", false)]
    [InlineData("138123456789", false)]
    [InlineData("1381234567a", false)]
    [InlineData("+8513812345678", false)]
    [InlineData("8613812345", false)]
    [InlineData("010-1234567", false)]
    [InlineData("62345678", false)]
    [InlineData("000000000000", false)]
    public void Other_telephone_numbers(string value, bool valid) => Assert.Equal(valid, IdentifierDetector.Matches(IdentifierKind.Phone, value));

    [Theory]
    [InlineData("400000000000", 13)] // Visa, old
    [InlineData("411111111111111", 16)]
    [InlineData("411111111111111111", 19)]
    [InlineData("555555555555444", 16)]
    [InlineData("222300312200322", 16)] // Mastercard, second series
    [InlineData("37828224631000", 15)] // American Express
    [InlineData("34343434343434", 15)]
    [InlineData("3056930902590", 14)] // Diners Club
    [InlineData("3852000002323", 14)]
    [InlineData("353011133330000", 16)] // JCB
    [InlineData("601111111111111", 16)] // Discover
    [InlineData("650000000000000", 16)]
    [InlineData("622202000000000", 16)] // UnionPay
    [InlineData("622588000000000000", 19)]
    [InlineData("621226000000000000", 19)]
    [InlineData("6228480000000000", 17)]
    [InlineData("81719999000000000", 18)]
    [InlineData("955880000000000000", 19)] // older cards of Chinese banks
    [InlineData("60142800000000000", 18)]
    [InlineData("675964982643845", 16)] // Maestro
    [InlineData("220000000000000", 16)] // Mir
    public void Cards_of_every_network_with_their_check_digit_and_no_other(string front, int length)
    {
        var right = front + LuhnDigit(front);
        Assert.Equal(length, right.Length);
        for (var last = '0'; last <= '9'; last++)
        {
            Assert.Equal(last == right[^1], IdentifierDetector.Matches(IdentifierKind.BankCard, front + last));
        }

        Assert.True(IdentifierDetector.Matches(IdentifierKind.BankCard, Grouped(right, ' ')));
        Assert.True(IdentifierDetector.Matches(IdentifierKind.BankCard, Grouped(right, '-')));
        Assert.True(IdentifierDetector.Matches(IdentifierKind.BankCard, Wide(right)));

        // Two neighbours changed about: Luhn sees every such slip but 09 and 90.
        for (var at = 4; at < right.Length - 1; at++)
        {
            if (right[at] != right[at + 1] && !(right[at] is '0' or '9' && right[at + 1] is '0' or '9'))
            {
                Assert.False(IdentifierDetector.Matches(IdentifierKind.BankCard, right[..at] + right[at + 1] + right[at] + right[(at + 2)..]));
            }
        }
    }

    [Theory]
    [InlineData("0000000000000000")]
    [InlineData("1000000000000008")]
    [InlineData("7000000000000005")]
    [InlineData("41111111111111")]
    [InlineData("62220200000000000000")]
    [InlineData("622202O000000000")]
    public void What_is_no_card(string value) => Assert.False(IdentifierDetector.Matches(IdentifierKind.BankCard, value));

    [Theory]
    [InlineData("9144030071526726X", "0123456789ABCDEFGHJKLMNPQRTUWXY")]
    [InlineData("1211000040135908", "0123456789ABCDEFGHJKLMNPQRTUWXY")]
    [InlineData("52110000MJ0012345", "0123456789ABCDEFGHJKLMNPQRTUWXY")]
    [InlineData("92440300MA5DXXXX0", "0123456789ABCDEFGHJKLMNPQRTUWXY")]
    [InlineData("N2110101MF0000001", "0123456789ABCDEFGHJKLMNPQRTUWXY")]
    public void Credit_codes_have_one_right_last_character(string front, string alphabet)
    {
        if (front.Length < 17)
        {
            front += "1";
        }

        var right = alphabet.Where(last => IdentifierDetector.Matches(IdentifierKind.SocialCredit, front + last)).ToArray();
        Assert.Equal([Mod31(front, alphabet)], right);
        foreach (var letter in "IOSVZ")
        {
            // The five letters that the standard leaves out, at every place.
            for (var at = 0; at < 18; at++)
            {
                Assert.False(IdentifierDetector.Matches(IdentifierKind.SocialCredit, (front + right[0]).Remove(at, 1).Insert(at, letter.ToString())));
            }
        }

        foreach (var written in (string[])[$" {front}{right[0]} ", (front + right[0]).ToLowerInvariant(), Wide(front + right[0]), $"{front[..8]}-{front[8..]}-{right[0]}"])
        {
            Assert.True(IdentifierDetector.Matches(IdentifierKind.SocialCredit, written), written);
        }
    }

    [Theory]
    [InlineData("粤BD12345", true)]
    [InlineData("粤BF12345", true)]
    [InlineData("粤BDA1234", true)]
    [InlineData("粤B12345D", true)]
    [InlineData("粤B12345F", true)]
    [InlineData("沪AG12345", true)]
    [InlineData("京ADK8888", true)]
    [InlineData("粤BI12345", false)]
    [InlineData("粤BZ12345", false)]
    [InlineData("粤B123456", false)]
    [InlineData("粤B12345Z", false)]
    [InlineData("粤BDAB123", false)]
    [InlineData("粤B 12345", true)]
    [InlineData("粤Ｂ１２３４５", true)]
    [InlineData("粤Z1234港", true)]
    [InlineData("粤Z1234澳", true)]
    [InlineData("京A1234学", true)]
    [InlineData("鲁A1234挂", true)]
    [InlineData("使224578", true)]
    [InlineData("224578使", true)]
    [InlineData("广B12345", false)]
    [InlineData("粤BABCDE", false)]
    [InlineData("粤B1234", false)]
    public void Plates(string value, bool valid) => Assert.Equal(valid, IdentifierDetector.Matches(IdentifierKind.Plate, value));

    [Theory]
    [InlineData("E12345678", true)]
    [InlineData("EB1234567", true)]
    [InlineData("G12345678", true)]
    [InlineData("PE1234567", true)]
    [InlineData("SE1234567", true)]
    [InlineData("DE1234567", true)]
    [InlineData("C12345678", true)]
    [InlineData("CA1234567", true)]
    [InlineData("H12345678", true)]
    [InlineData("P1234567", true)]
    [InlineData("e12345678", true)]
    [InlineData("EO1234567", false)]
    [InlineData("E1234567", false)]
    [InlineData("E123456789", false)]
    [InlineData("B12345678", false)]
    [InlineData("123456789", false)]
    public void Passports_and_permits(string value, bool valid) => Assert.Equal(valid, IdentifierDetector.Matches(IdentifierKind.Passport, value));

    private static (bool Valid, bool Strict) Check(string value) => ResidentIdentity.CheckRaw(value) is var match ? (match != ResidentIdentityMatch.None, match == ResidentIdentityMatch.Strict) : default;

    private static IEnumerable<string> Written(string number) =>
        [$" {number} ", number.ToLowerInvariant(), Wide(number), $"{number[..6]} {number[6..14]} {number[14..]}", $"{number[..6]}-{number[6..14]}-{number[14..]}", $"'{number}", $"\uFEFF{number}", $"{number}\t"];

    private static string Wide(string text) => string.Concat(text.Select(c => c is > ' ' and <= '~' ? (char)(c + 0xFEE0) : c));

    private static string Grouped(string digits, char separator) => string.Join(separator, digits.Chunk(4).Select(group => new string(group)));

    // ISO 7064 MOD 11-2 by trying: the whole number's weighted sum leaves 1.
    private static string Complete(string front)
    {
        for (var check = 0; check <= 10; check++)
        {
            var sum = check;
            for (var at = 0; at < 17; at++)
            {
                sum += (front[at] - '0') * (int)(Math.Pow(2, 17 - at) % 11);
            }

            if (sum % 11 == 1)
            {
                return front + (check == 10 ? "X" : check.ToString(CultureInfo.InvariantCulture));
            }
        }

        throw new InvalidOperationException();
    }

    private static char LuhnDigit(string front)
    {
        var sum = 0;
        for (var at = 0; at < front.Length; at++)
        {
            var digit = front[front.Length - 1 - at] - '0';
            sum += at % 2 == 0 ? (digit * 2 / 10) + (digit * 2 % 10) : digit;
        }

        return (char)('0' + ((10 - (sum % 10)) % 10));
    }

    private static char Mod31(string front, string alphabet)
    {
        var sum = 0;
        var weight = 1;
        foreach (var character in front)
        {
            sum += alphabet.IndexOf(character, StringComparison.Ordinal) * weight;
            weight = weight * 3 % 31;
        }

        return alphabet[(31 - (sum % 31)) % 31];
    }
}
