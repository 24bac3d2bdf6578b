using Sandbox.Policy.Identifiers;

namespace Sandbox.Policy.Tests.Identifiers;

public sealed class DetectorTests
{
    [Theory]
    [InlineData(IdentifierKind.SocialCredit, "91110000600037341L", true)]
    [InlineData(IdentifierKind.SocialCredit, "91110000600037341l", true)]
    [InlineData(IdentifierKind.SocialCredit, "９１１１００００６０００３７３４１Ｌ", true)]
    [InlineData(IdentifierKind.SocialCredit, "91110000-600037341-L", true)]
    [InlineData(IdentifierKind.SocialCredit, "91110000600037341N", false)]
    [InlineData(IdentifierKind.SocialCredit, "9111000060003IOZSV", false)]
    [InlineData(IdentifierKind.SocialCredit, "00000000000000000A", false)]
    [InlineData(IdentifierKind.Phone, "13800138000", true)]
    [InlineData(IdentifierKind.Phone, "138 0013 8000", true)]
    [InlineData(IdentifierKind.Phone, "138-0013-8000", true)]
    [InlineData(IdentifierKind.Phone, "+86 13800138000", true)]
    [InlineData(IdentifierKind.Phone, "8613800138000", true)]
    [InlineData(IdentifierKind.Phone, "13800138000.0", true)]
    [InlineData(IdentifierKind.Phone, "１３８００１３８０００", true)]
    [InlineData(IdentifierKind.Phone, "010-62345678", true)]
    [InlineData(IdentifierKind.Phone, "(0755)82345678", true)]
    [InlineData(IdentifierKind.Phone, "12800138000", false)]
    [InlineData(IdentifierKind.Phone, "1380013800", false)]
    [InlineData(IdentifierKind.Phone, "138001380000", false)]
    [InlineData(IdentifierKind.Phone, "11000000000", false)]
    [InlineData(IdentifierKind.Phone, "19991231", false)]
    [InlineData(IdentifierKind.BankCard, "6222020000000000006", false)]
    [InlineData(IdentifierKind.BankCard, "4111111111111111", true)]
    [InlineData(IdentifierKind.BankCard, "4111 1111 1111 1111", true)]
    [InlineData(IdentifierKind.BankCard, "5555555555554444", true)]
    [InlineData(IdentifierKind.BankCard, "378282246310005", true)]
    [InlineData(IdentifierKind.BankCard, "4111111111111112", false)]
    [InlineData(IdentifierKind.BankCard, "1111111111111117", false)]
    [InlineData(IdentifierKind.Plate, "粤B12345", true)]
    [InlineData(IdentifierKind.Plate, "粤B·12345", true)]
    [InlineData(IdentifierKind.Plate, "粤BD12345", true)]
    [InlineData(IdentifierKind.Plate, "京A1234警", true)]
    [InlineData(IdentifierKind.Plate, "川a8k888", true)]
    [InlineData(IdentifierKind.Plate, "粤I12345", false)]
    [InlineData(IdentifierKind.Plate, "粤B1234", false)]
    [InlineData(IdentifierKind.Plate, "B12345", false)]
    [InlineData(IdentifierKind.Plate, "粤BO1234", false)]
    [InlineData(IdentifierKind.Passport, "E12345678", true)]
    [InlineData(IdentifierKind.Passport, "EA1234567", true)]
    [InlineData(IdentifierKind.Passport, "G12345678", true)]
    [InlineData(IdentifierKind.Passport, "Z12345678", false)]
    [InlineData(IdentifierKind.Passport, "EI1234567", false)]
    [InlineData(IdentifierKind.Email, "li.si@example.com.cn", true)]
    [InlineData(IdentifierKind.Email, "李四@例子.中国", true)]
    [InlineData(IdentifierKind.Email, "a@b", false)]
    [InlineData(IdentifierKind.Email, "@example.com", false)]
    [InlineData(IdentifierKind.Email, "a b@example.com", false)]
    [InlineData(IdentifierKind.Email, "a@@example.com", false)]
    [InlineData(IdentifierKind.IpAddress, "192.168.0.1", true)]
    [InlineData(IdentifierKind.IpAddress, "2001:db8::1", true)]
    [InlineData(IdentifierKind.IpAddress, "1.5", false)]
    [InlineData(IdentifierKind.IpAddress, "12", false)]
    [InlineData(IdentifierKind.IpAddress, "256.1.1.1", false)]
    [InlineData(IdentifierKind.IpAddress, "12:30", false)]
    [InlineData(IdentifierKind.PersonName, "张三", true)]
    [InlineData(IdentifierKind.PersonName, "欧阳娜娜", true)]
    [InlineData(IdentifierKind.PersonName, "王小明", true)]
    [InlineData(IdentifierKind.PersonName, "阿依古丽·买买提", true)]
    [InlineData(IdentifierKind.PersonName, "深圳市", false)]
    [InlineData(IdentifierKind.PersonName, "河北省", false)]
    [InlineData(IdentifierKind.PersonName, "王", false)]
    [InlineData(IdentifierKind.PersonName, "Wang", false)]
    [InlineData(IdentifierKind.Address, "广东省深圳市福田区深南大道1号", true)]
    [InlineData(IdentifierKind.Address, "宜宾市翠屏区人民路12号3栋", true)]
    [InlineData(IdentifierKind.Address, "广东省深圳市", false)]
    [InlineData(IdentifierKind.Address, "hello world", false)]
    [InlineData(IdentifierKind.BirthDate, "1990-02-28", true)]
    [InlineData(IdentifierKind.BirthDate, "1990-02-30", false)]
    [InlineData(IdentifierKind.BirthDate, "19900228", true)]
    [InlineData(IdentifierKind.None, "anything", false)]
    [InlineData(IdentifierKind.Unknown, "anything", false)]
    [InlineData(IdentifierKind.FreeText, "anything", false)]
    public void Values_are_recognised(IdentifierKind kind, string value, bool expected) => Assert.Equal(expected, IdentifierDetector.Matches(kind, value));

    [Fact]
    public void One_scan_finds_what_the_single_detectors_find()
    {
        string[] values =
        [
            "11010519491231002X", "110105194912310021", "91110000600037341L", "13800138000", "010-62345678", "4111111111111111", "粤B12345", "E12345678", "li.si@example.com", "192.168.0.1", "张三", "欧阳锋",
            "广东省深圳市福田区深南大道1号", "1990-02-28", "19900228", "", " ", "x", new string('9', 70), " 138 0013 8000 ",
        ];
        foreach (var value in values)
        {
            var found = IdentifierDetector.Scan(value);
            for (var at = 0; at < IdentifierDetector.Kinds.Count; at++)
            {
                Assert.Equal(IdentifierDetector.Matches(IdentifierDetector.Kinds[at], value), (found >> at & 1) == 1);
            }
        }
    }

    [Fact]
    public void Hostile_values_never_break_a_detector()
    {
        string[] hostile =
        [
            "", " ", "\0", "\uFFFF", "\uD800", new string('1', 100_000), new string('@', 300), "E", "粤", "0", "00", "(", "()", "(0", "(010", "(010)", "+86", "0086", "86", "86.", ".0", "'", "''", "·", "····", "a@.", "a@b.",
            "1.0", "-", "---", "--.0", "０", new string('０', 63), new string('粤', 64), "粤B", "粤BABCDE", "粤BABCDEF", "(((((((((10))))))))12345678", ":", "::", ":::", "1e999", "(0)(0)(0)(0)10623456789",
        ];
        foreach (var value in hostile)
        {
            foreach (var kind in Enum.GetValues<IdentifierKind>())
            {
                _ = IdentifierDetector.Matches(kind, value);
            }

            _ = ResidentIdentity.CheckRaw(value);
            _ = SocialCredit.IsRaw(value);
        }
    }
}
