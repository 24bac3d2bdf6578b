using Sandbox.Policy.Identifiers;
using Sandbox.Policy.Masking;

namespace Sandbox.Policy.Tests.Identifiers;

/// <summary>Recall and precision over whole registers. The figures stand in the reference: a change of one is a change of the other.</summary>
public sealed class RegisterTests
{
    [Fact]
    public void Every_column_of_numbers_is_found_and_no_decoy_is_taken_for_one()
    {
        var (found, columns, decoys) = (0, 0, 0);
        var wrong = new List<string>();
        for (var seed = 1; seed <= 25; seed++)
        {
            var register = new DirtyRegister(seed);
            foreach (var kind in DirtyRegister.Kinds)
            {
                columns++;
                found += Classify(300, () => register.Cell(kind)).Kind == kind ? 1 : 0;
            }

            foreach (var decoy in DirtyRegister.Decoys)
            {
                decoys++;
                if (Classify(300, () => register.Decoy(decoy)).Kind is var kind && DirtyRegister.Kinds.Contains(kind))
                {
                    wrong.Add($"{decoy} {seed}: {kind}");
                }
            }
        }

        Assert.Equal((100, 500), (columns, decoys));
        Assert.Equal(columns, found);
        Assert.Empty(wrong);
    }

    [Fact]
    public void A_short_column_is_found_too()
    {
        for (var seed = 1; seed <= 200; seed++)
        {
            var register = new DirtyRegister(seed);
            foreach (var kind in DirtyRegister.Kinds)
            {
                Assert.Equal(kind, Classify(20, () => register.Cell(kind)).Kind);
            }
        }
    }

    [Theory]
    [InlineData("张三 13800138000", IdentifierKind.Phone)]
    [InlineData("13800138000/010-62345678", IdentifierKind.Phone)]
    [InlineData("办公：0755-82345678；手机：138-0013-8000", IdentifierKind.Phone)]
    [InlineData("tel13800138000", IdentifierKind.Phone)]
    [InlineData("王小明（11010519491231002x）", IdentifierKind.ResidentIdentity)]
    [InlineData("法人证号 91110000600037341L 有效", IdentifierKind.SocialCredit)]
    [InlineData("工行4111 1111 1111 1111", IdentifierKind.BankCard)]
    public void Numbers_inside_longer_cells_count(string cell, IdentifierKind kind) => Assert.Equal(kind, Classify(10, () => cell).Kind);

    [Theory]
    [InlineData("0.13800138000123")]
    [InlineData("3.1380013800")]
    [InlineData("a1380013800012345b")]
    [InlineData("20240131 235959")]
    [InlineData("2024-01-31 23:59:59.138001")]
    [InlineData("urn:uuid:550e8400-e29b-41d4-a716-446655440000")]
    [InlineData("https://example.com/?q=99999999999")]
    public void Digits_that_only_stand_close_together_do_not(string cell) => Assert.DoesNotContain(Classify(10, () => cell).Kind, DirtyRegister.Kinds);

    [Theory]
    [InlineData("证件号码", IdentifierKind.ResidentIdentity)]
    [InlineData("id_number", IdentifierKind.ResidentIdentity)]
    [InlineData("联系电话", IdentifierKind.Phone)]
    [InlineData("Tel", IdentifierKind.Phone)]
    [InlineData("收款账号", IdentifierKind.BankCard)]
    [InlineData("bank_account", IdentifierKind.BankCard)]
    [InlineData("hphm", IdentifierKind.Plate)]
    [InlineData("护照号", IdentifierKind.Passport)]
    [InlineData("E-mail", IdentifierKind.Email)]
    [InlineData("登录IP", IdentifierKind.IpAddress)]
    [InlineData("ip", IdentifierKind.IpAddress)]
    [InlineData("birthDate", IdentifierKind.BirthDate)]
    [InlineData("lat", IdentifierKind.Coordinate)]
    [InlineData("现住址", IdentifierKind.Address)]
    [InlineData("xm", IdentifierKind.PersonName)]
    [InlineData("经办人", IdentifierKind.PersonName)]
    [InlineData("chip_count", IdentifierKind.None)]
    [InlineData("latitude_band", IdentifierKind.Coordinate)]
    [InlineData("hotel", IdentifierKind.None)]
    [InlineData("template", IdentifierKind.None)]
    public void Names_in_both_languages_announce_a_kind(string name, IdentifierKind kind) => Assert.Equal(kind, ColumnHints.Of(name).Kind);

    private static ColumnProposal Classify(int rows, Func<string> cell)
    {
        var classifier = new ColumnClassifier("c1", MaskInput.Text);
        for (var row = 0; row < rows; row++)
        {
            classifier.Feed(cell());
        }

        return classifier.Propose();
    }
}
