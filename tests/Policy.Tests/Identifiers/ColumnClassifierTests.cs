using System.Text;
using Sandbox.Fixtures;
using Sandbox.Policy.Identifiers;
using Sandbox.Policy.Masking;

namespace Sandbox.Policy.Tests.Identifiers;

public sealed class ColumnClassifierTests
{
    private static readonly IdentifierKind[] Numbers = [IdentifierKind.ResidentIdentity, IdentifierKind.SocialCredit, IdentifierKind.Phone, IdentifierKind.BankCard];

    [Theory]
    [InlineData(IdentifierKind.ResidentIdentity)]
    [InlineData(IdentifierKind.SocialCredit)]
    [InlineData(IdentifierKind.Phone)]
    [InlineData(IdentifierKind.BankCard)]
    public void A_dirty_column_of_a_kind_is_found_under_a_name_that_tells_nothing(IdentifierKind kind)
    {
        for (var seed = 1u; seed <= 20; seed++)
        {
            var made = new MadeUp(seed);
            var classifier = new ColumnClassifier("c7");
            for (var row = 0; row < 500; row++)
            {
                // One in five is a decoy: the right length, a wrong check digit or a blank.
                classifier.Feed(row % 5 == 0 ? made.Digits(row % 10 == 0 ? 18 : 11) : made.Dirty(made.Of(kind)));
            }

            classifier.FeedNull();
            var proposal = classifier.Propose();
            Assert.Equal((kind, ColumnGrade.Identifier), (proposal.Kind, proposal.Grade));
            Assert.Equal((500, 1), (proposal.Values, proposal.Empty));
            Assert.True(proposal.Hits[kind] >= 400);
        }
    }

    [Fact]
    public void Every_made_up_value_is_recognised_however_dirty()
    {
        var made = new MadeUp(99);
        foreach (var kind in Numbers)
        {
            for (var row = 0; row < 2000; row++)
            {
                Assert.True(IdentifierDetector.Matches(kind, made.Dirty(made.Of(kind))), $"{kind} {row}");
            }
        }
    }

    [Fact]
    public void Ordinary_numbers_are_no_identifiers()
    {
        var made = new MadeUp(7);
        foreach (var length in Enumerable.Range(1, 20))
        {
            var classifier = new ColumnClassifier("amount", MaskInput.Whole);
            for (var row = 0; row < 2000; row++)
            {
                classifier.Feed(made.Digits(length));
            }

            Assert.Equal(IdentifierKind.None, classifier.Propose().Kind);
        }
    }

    [Theory]
    [InlineData("身份证号", MaskInput.Text, IdentifierKind.ResidentIdentity, ColumnGrade.Identifier)]
    [InlineData("ID_CARD", MaskInput.Text, IdentifierKind.ResidentIdentity, ColumnGrade.Identifier)]
    [InlineData("姓名", MaskInput.Text, IdentifierKind.PersonName, ColumnGrade.Identifier)]
    [InlineData("customerPhone", MaskInput.Text, IdentifierKind.Phone, ColumnGrade.Identifier)]
    [InlineData("home_address", MaskInput.Text, IdentifierKind.Address, ColumnGrade.Identifier)]
    [InlineData("出生日期", MaskInput.Date, IdentifierKind.BirthDate, ColumnGrade.QuasiIdentifier)]
    [InlineData("birth_date", MaskInput.Date, IdentifierKind.BirthDate, ColumnGrade.QuasiIdentifier)]
    [InlineData("age", MaskInput.Whole, IdentifierKind.None, ColumnGrade.QuasiIdentifier)]
    [InlineData("income", MaskInput.Whole, IdentifierKind.None, ColumnGrade.Sensitive)]
    [InlineData("月收入", MaskInput.Floating, IdentifierKind.None, ColumnGrade.Sensitive)]
    [InlineData("page_count", MaskInput.Whole, IdentifierKind.None, ColumnGrade.General)]
    [InlineData("distance", MaskInput.Whole, IdentifierKind.None, ColumnGrade.General)]
    [InlineData("备注", MaskInput.Text, IdentifierKind.FreeText, ColumnGrade.Sensitive)]
    public void The_name_of_an_empty_column_speaks(string name, MaskInput type, IdentifierKind kind, ColumnGrade grade)
    {
        var proposal = new ColumnClassifier(name, type).Propose();
        Assert.Equal((kind, grade), (proposal.Kind, proposal.Grade));
    }

    [Theory]
    [InlineData("身份证号", MaskInput.Text, "a9f3c2", IdentifierKind.RecordKey, ColumnGrade.Identifier)]
    [InlineData("email", MaskInput.Text, "9d5ed678fe57bcca610140957afab571", IdentifierKind.RecordKey, ColumnGrade.Identifier)]
    [InlineData("phone_count", MaskInput.Whole, "3", IdentifierKind.None, ColumnGrade.General)]
    [InlineData("id", MaskInput.Whole, "17", IdentifierKind.RecordKey, ColumnGrade.Identifier)]
    [InlineData("full_name", MaskInput.Text, "John Smith", IdentifierKind.PersonName, ColumnGrade.Identifier)]
    [InlineData("address", MaskInput.Text, "12 High Street", IdentifierKind.Address, ColumnGrade.Identifier)]
    [InlineData("address", MaskInput.Floating, "12", IdentifierKind.None, ColumnGrade.General)]
    public void A_name_that_the_values_do_not_bear_out_is_handled_strictly(string name, MaskInput type, string value, IdentifierKind kind, ColumnGrade grade)
    {
        var classifier = new ColumnClassifier(name, type);
        for (var row = 0; row < 20; row++)
        {
            classifier.Feed(value);
        }

        var proposal = classifier.Propose();
        Assert.Equal((kind, grade), (proposal.Kind, proposal.Grade));
    }

    [Fact]
    public void Names_and_addresses_are_found_by_their_values()
    {
        var names = new ColumnClassifier("x");
        var addresses = new ColumnClassifier("y");
        for (var row = 0; row < 100; row++)
        {
            names.Feed("王李张刘陈"[row % 5] + "伟芳秀强磊"[row / 5 % 5].ToString());
            addresses.Feed($"广东省深圳市福田区福华路{row}号");
        }

        Assert.Equal(IdentifierKind.PersonName, names.Propose().Kind);
        Assert.Equal(IdentifierKind.Address, addresses.Propose().Kind);
    }

    [Fact]
    public void Bytes_are_read_as_text_and_broken_bytes_do_no_harm()
    {
        var classifier = new ColumnClassifier("c");
        classifier.Feed(Encoding.UTF8.GetBytes("11010519491231002X"));
        classifier.Feed([0xFF, 0xFE, 0x31, 0xC3]);
        classifier.Feed(Encoding.UTF8.GetBytes(new string('张', 5000)));
        var proposal = classifier.Propose();
        Assert.Equal(3, proposal.Values);
        Assert.Equal(1, proposal.Hits[IdentifierKind.ResidentIdentity]);
    }

    [Fact]
    public void Two_halves_add_up_to_the_whole()
    {
        var made = new MadeUp(3);
        var whole = new ColumnClassifier("c");
        var one = new ColumnClassifier("c");
        var other = new ColumnClassifier("c");
        for (var row = 0; row < 100; row++)
        {
            var value = made.Mobile();
            whole.Feed(value);
            (row % 2 == 0 ? one : other).Feed(value);
        }

        one.Add(other);
        Assert.Equal(whole.Propose().Hits, one.Propose().Hits);
        Assert.Equal(whole.Propose().Values, one.Propose().Values);
    }

    [SharedDataFact]
    public void No_column_of_the_real_data_is_taken_for_a_number_of_a_person_or_company()
    {
        var wrong = new List<string>();
        var columns = 0;
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Checkout.SharedData!, "real"), "*.csv", SearchOption.AllDirectories))
        {
            string[]? header = null;
            ColumnClassifier[] classifiers = [];
            foreach (var row in CsvTable.Lines(file).Take(3001))
            {
                if (header is null)
                {
                    header = row;
                    classifiers = [.. header.Select(name => new ColumnClassifier(name))];
                    continue;
                }

                for (var at = 0; at < Math.Min(row.Length, classifiers.Length); at++)
                {
                    classifiers[at].Feed(row[at]);
                }
            }

            foreach (var proposal in classifiers.Select(classifier => classifier.Propose()))
            {
                columns++;
                if (Numbers.Contains(proposal.Kind))
                {
                    wrong.Add($"{Path.GetFileName(file)}: {proposal.Column} as {proposal.Kind}");
                }
            }
        }

        Assert.Empty(wrong);
        Assert.True(columns > 200);
    }
}
