namespace Sandbox.Policy.Parties;

/// <summary>What an organisation is in the domain. An organisation has one kind.</summary>
public enum PartyKind
{
    /// <summary>Not stated: may do nothing.</summary>
    Unknown = 0,

    /// <summary>The data authority or bureau 主管部门.</summary>
    Authority,

    /// <summary>Department that supplies data 数源部门.</summary>
    SourceDepartment,

    /// <summary>Operating unit 运营单位.</summary>
    Operator,

    /// <summary>Developer or platform partner 开发主体, 平台合作方.</summary>
    Developer,

    /// <summary>User of products 数据使用方.</summary>
    DataUser,

    /// <summary>Data merchant 数据商.</summary>
    Merchant,

    /// <summary>Buyer on an exchange 数据需方.</summary>
    Buyer,

    /// <summary>Third-party service body of an exchange 第三方服务机构.</summary>
    ServiceBody,

    /// <summary>Department in charge of a sector, which signs sector agreements 行业主管部门.</summary>
    SectorDepartment,
}

/// <summary>Kinds of organisations in words.</summary>
public static class PartyWords
{
    private static readonly (PartyKind Kind, string Word, string Zh)[] Words =
    [
        (PartyKind.Authority, "authority", "主管部门"),
        (PartyKind.SourceDepartment, "source_department", "数源部门"),
        (PartyKind.Operator, "operator", "运营单位"),
        (PartyKind.Developer, "developer", "开发主体或平台合作方"),
        (PartyKind.DataUser, "data_user", "数据使用方"),
        (PartyKind.Merchant, "merchant", "数据商"),
        (PartyKind.Buyer, "buyer", "数据需方"),
        (PartyKind.ServiceBody, "service_body", "第三方服务机构"),
        (PartyKind.SectorDepartment, "sector_department", "行业主管部门"),
    ];

    /// <summary>Every word, in order.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Words.Select(item => item.Word)];

    /// <summary>The word of data files and of the command line.</summary>
    public static string English(PartyKind kind) => Array.Find(Words, item => item.Kind == kind).Word ?? "unknown";

    /// <summary>Chinese word.</summary>
    public static string Chinese(PartyKind kind) => Array.Find(Words, item => item.Kind == kind).Zh ?? "未说明";

    /// <summary>The kind behind a word; Unknown for any other text.</summary>
    public static PartyKind Of(string? word) => Array.Find(Words, item => item.Word == word).Kind;

    /// <summary>Role in which a person of such an organisation signs its papers.</summary>
    public static Role Signer(PartyKind kind) => kind switch
    {
        PartyKind.Authority => Role.Authority,
        PartyKind.SourceDepartment or PartyKind.SectorDepartment => Role.SourceDepartment,
        PartyKind.Operator => Role.Operator,
        PartyKind.Developer or PartyKind.DataUser or PartyKind.Merchant or PartyKind.Buyer or PartyKind.ServiceBody => Role.Developer,
        _ => Role.Unknown,
    };
}
