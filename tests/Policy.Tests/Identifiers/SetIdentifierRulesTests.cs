using Sandbox.Policy.Identifiers;

namespace Sandbox.Policy.Tests.Identifiers;

/// <summary>Every declaration with every single tag, and none; every tag with every kind of values.</summary>
public sealed class SetIdentifierRulesTests
{
    [Fact]
    public void A_declaration_passes_with_exactly_the_tags_that_fit_it()
    {
        foreach (var about in Enum.GetValues<RowSubject>())
        {
            foreach (var tag in Enum.GetValues<SetIdentifier>())
            {
                SetIdentifier[] tags = tag == SetIdentifier.None ? [] : [tag];
                var fits = (about, tag) is (RowSubject.Persons, SetIdentifier.IdentityNumber) or (RowSubject.LegalPersons, SetIdentifier.CreditCode)
                    or (RowSubject.Organisations, SetIdentifier.CreditCode or SetIdentifier.OtherCode) or (RowSubject.Nobody, SetIdentifier.None);
                Assert.Equal(fits, SetIdentifierRules.Declared(about, tags, asked: true).IsPermitted);
                Assert.Equal(about != RowSubject.Nobody || tags.Length == 0, SetIdentifierRules.Declared(about, tags, asked: false).IsPermitted);
            }
        }

        Assert.False(SetIdentifierRules.Declared(RowSubject.Persons, [SetIdentifier.None, SetIdentifier.IdentityNumber], asked: true).IsPermitted);
        Assert.False(SetIdentifierRules.Declared((RowSubject)99, [SetIdentifier.IdentityNumber], asked: true).IsPermitted);
        Assert.False(SetIdentifierRules.Declared(RowSubject.Persons, [(SetIdentifier)99, SetIdentifier.IdentityNumber], asked: true).IsPermitted);
    }

    [Fact]
    public void A_tagged_column_holds_what_it_is_tagged_as()
    {
        foreach (var kind in Enum.GetValues<IdentifierKind>())
        {
            foreach (var tag in Enum.GetValues<SetIdentifier>())
            {
                var holds = tag switch
                {
                    SetIdentifier.IdentityNumber => kind is IdentifierKind.ResidentIdentity or IdentifierKind.Passport,
                    SetIdentifier.CreditCode => kind == IdentifierKind.SocialCredit,
                    _ => true,
                };
                Assert.Equal(holds, SetIdentifierRules.Recognised(RowSubject.Persons, [new TaggedColumn("c", tag, kind)], asked: true).IsPermitted);
            }

            Assert.Equal(kind is not (IdentifierKind.ResidentIdentity or IdentifierKind.SocialCredit), SetIdentifierRules.Recognised(RowSubject.Nobody, [new TaggedColumn("c", SetIdentifier.None, kind)], asked: true).IsPermitted);
        }
    }
}
