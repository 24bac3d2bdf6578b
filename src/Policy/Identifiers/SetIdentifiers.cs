namespace Sandbox.Policy.Identifiers;

/// <summary>Whom the rows of a data set are about, as its provider declares it.</summary>
public enum RowSubject
{
    /// <summary>Not declared.</summary>
    Unknown = 0,

    /// <summary>Natural persons 自然人.</summary>
    Persons,

    /// <summary>Legal persons 法人, companies among them.</summary>
    LegalPersons,

    /// <summary>Unincorporated organisations 非法人组织.</summary>
    Organisations,

    /// <summary>Nobody: roads, weather, stock.</summary>
    Nobody,
}

/// <summary>Set identifier 标识 that a column holds (YN23 20).</summary>
public enum SetIdentifier
{
    /// <summary>The column is tagged as none.</summary>
    None = 0,

    /// <summary>Number of a personal identity document 公民身份号码或其他有效身份证件号码.</summary>
    IdentityNumber,

    /// <summary>Unified social credit code 统一社会信用代码 (GB 32100).</summary>
    CreditCode,

    /// <summary>Another code of an unincorporated organisation 其他识别编码.</summary>
    OtherCode,
}

/// <summary>A column with its tag and what its values were recognised as; never a value.</summary>
public sealed record TaggedColumn(string Name, SetIdentifier Tag, IdentifierKind Recognised);

/// <summary>Collected data carry the set identifier of whom they are about (YN23-20-1).</summary>
public static class SetIdentifierRules
{
    /// <summary>What can be said before the file is read: whom the rows are about, and that a fitting column is tagged.</summary>
    /// <param name="about">The declaration.</param>
    /// <param name="tags">Tags of the schema.</param>
    /// <param name="asked">Whether the profile asks for set identifiers; without that, only tags that contradict the declaration are refused.</param>
    public static Decision Declared(RowSubject about, IReadOnlyCollection<SetIdentifier> tags, bool asked)
    {
        ArgumentNullException.ThrowIfNull(tags);
        return asked && (about == RowSubject.Unknown || !Enum.IsDefined(about)) ? Decision.Deny(NotDeclared())
            : tags.Any(tag => tag == SetIdentifier.None || !Enum.IsDefined(tag)) || (about == RowSubject.Nobody && tags.Count > 0) ? Decision.Deny(Contradicts())
            : asked && Fitting(about) is { Length: > 0 } fitting && !tags.Any(tag => fitting.Contains(tag)) ? Decision.Deny(NotTagged(about))
            : Decision.Permit("YN23-20-1");
    }

    /// <summary>What the values say: a tagged column holds such numbers, and data that are said to be about nobody hold none.</summary>
    public static Decision Recognised(RowSubject about, IReadOnlyCollection<TaggedColumn> columns, bool asked)
    {
        ArgumentNullException.ThrowIfNull(columns);
        Refusal[] refusals =
        [
            .. columns.Where(column => !Holds(column)).Select(column => OtherValues(column.Name)),
            .. asked && about == RowSubject.Nobody && columns.Any(column => column.Recognised is IdentifierKind.ResidentIdentity or IdentifierKind.SocialCredit) ? new[] { AboutSomebody() } : [],
        ];
        return refusals.Length == 0 ? Decision.Permit("YN23-20-1") : Decision.Deny(refusals);
    }

    private static SetIdentifier[] Fitting(RowSubject about) => about switch
    {
        RowSubject.Persons => [SetIdentifier.IdentityNumber],
        RowSubject.LegalPersons => [SetIdentifier.CreditCode],
        RowSubject.Organisations => [SetIdentifier.CreditCode, SetIdentifier.OtherCode],
        _ => [],
    };

    private static bool Holds(TaggedColumn column) => column.Tag switch
    {
        SetIdentifier.IdentityNumber => column.Recognised is IdentifierKind.ResidentIdentity or IdentifierKind.Passport,
        SetIdentifier.CreditCode => column.Recognised == IdentifierKind.SocialCredit,
        _ => true,
    };

    private static Refusal NotDeclared() => new(
        "YN23-20-1",
        "The schema does not say whom the rows are about, and collected data carry the set identifier of that person or body (YN23 20).",
        "Give --about persons, legal-persons, organisations or nobody, and tag the column with --tag column=identity-number, credit-code or other-code.",
        "未说明数据所涉主体；采集的数据须包含规定的主体标识（YN23 20）。",
        "请用 --about 说明主体（persons、legal-persons、organisations 或 nobody），并用 --tag 列=identity-number、credit-code 或 other-code 标明标识列。");

    private static Refusal NotTagged(RowSubject about) => about == RowSubject.Persons
        ? new(
            "YN23-20-1",
            "The rows are about persons, and no column is tagged as the number of a personal identity document.",
            "Tag it with --tag column=identity-number; data without it are not loaded.",
            "数据涉及自然人，但没有列标明为身份证件号码。",
            "请用 --tag 列=identity-number 标明；缺少该标识的数据不予加载。")
        : new(
            "YN23-20-1",
            "The rows are about companies or other bodies, and no column is tagged as their unified social credit code (or, for the unincorporated, another set code).",
            "Tag it with --tag column=credit-code (unincorporated bodies: other-code); data without it are not loaded.",
            "数据涉及法人或非法人组织，但没有列标明为统一社会信用代码（非法人组织可为其他识别编码）。",
            "请用 --tag 列=credit-code（非法人组织可用 other-code）标明；缺少该标识的数据不予加载。");

    private static Refusal Contradicts() => new(
        "YN23-20-1",
        "A tag is none of the set identifiers, or the rows are said to be about nobody although a column is tagged.",
        "Correct --about or --tag.",
        "标识类型无效，或已声明数据不涉及任何主体却标明了标识列。",
        "请更正 --about 或 --tag。");

    private static Refusal OtherValues(string column) => new(
        "YN23-20-1",
        $"The values of the column {column} are not recognised as what it is tagged as.",
        "Tag the column that holds the numbers, or correct the data at their source; nothing was kept.",
        $"{column} 列的取值与所标明的标识类型不符。",
        "请标明实际的标识列，或在数据源处更正；未保留任何内容。");

    private static Refusal AboutSomebody() => new(
        "YN23-20-1",
        "The rows are said to be about nobody, but identity numbers or credit codes were recognised in them.",
        "Say with --about whom they are about and tag the column; nothing was kept.",
        "已声明数据不涉及任何主体，但识别出身份证件号码或统一社会信用代码。",
        "请用 --about 说明主体并标明标识列；未保留任何内容。");
}
