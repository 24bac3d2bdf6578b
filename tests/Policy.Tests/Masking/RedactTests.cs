using Sandbox.Policy.Masking;
using Sandbox.Policy.Tests.Identifiers;

namespace Sandbox.Policy.Tests.Masking;

public sealed class RedactTests
{
    [Theory]
    [InlineData("患者王小明，电话13800138000，自述头痛。", "患者〔姓名〕，电话〔号码〕，自述头痛。")]
    [InlineData("身份证11010119491231002X", "身份证〔号码〕")]
    [InlineData("身份证 １１０１０１ １９４９ １２３１ ００２Ｘ 已核", "身份证 〔号码〕 已核")]
    [InlineData("联系人：欧阳娜娜 邮箱 a.b@example.com。", "联系人:〔姓名〕 邮箱 〔邮箱〕。")]
    [InlineData("李先生来电", "〔姓名〕先生来电")]
    [InlineData("张三丰老师说", "〔姓名〕老师说")]
    [InlineData("住广东省深圳市福田区福华路12号3栋的投诉", "〔地址〕的投诉")]
    [InlineData("车粤B12345违停", "车〔号码〕违停")]
    [InlineData("从10.0.0.1登录", "从〔号码〕登录")]
    [InlineData("卡号6222-0200-0000-0000-006", "卡号〔号码〕")]
    [InlineData("电话一三八零零一三八零零零", "电话〔号码〕")]
    [InlineData("微信 wx_138001", "微信 〔号码〕")]
    [InlineData("头痛三天，体温38度", "头痛三天,体温38度")]
    [InlineData("", "")]
    public void Identifiers_go_and_the_rest_stays(string text, string expected) =>
        // Full-width signs become narrow ones.
        Assert.Equal(expected.Replace('，', ',').Replace('：', ':'), new MaskRule.Redact().Apply(text));

    [Fact]
    public void No_made_up_number_survives_however_it_is_written_into_a_sentence()
    {
        var made = new MadeUp(17);
        foreach (var kind in (Policy.Identifiers.IdentifierKind[])[Policy.Identifiers.IdentifierKind.ResidentIdentity, Policy.Identifiers.IdentifierKind.SocialCredit, Policy.Identifiers.IdentifierKind.Phone, Policy.Identifiers.IdentifierKind.BankCard])
        {
            for (var i = 0; i < 1000; i++)
            {
                var value = made.Of(kind);
                var masked = new MaskRule.Redact().Apply($"他说是{made.Dirty(value)}，请核对")!;
                var digits = masked.Count(char.IsAsciiDigit);
                Assert.True(digits < 4, masked);
                Assert.DoesNotContain(value, masked, StringComparison.OrdinalIgnoreCase);
            }
        }
    }

    [Fact]
    public void Hostile_texts_end_and_too_long_ones_are_missing()
    {
        foreach (var text in (string[])["\0", "\uD800", new string('1', 20_000), new string('省', 20_000), string.Concat(Enumerable.Repeat("姓名", 9_000)), string.Concat(Enumerable.Repeat("王先生", 6_000)), new string('-', 20_000), new string('@', 20_000)])
        {
            Assert.NotNull(new MaskRule.Redact().Apply(text));
        }

        Assert.Null(new MaskRule.Redact().Apply(new string('x', 20_001)));
    }
}
