namespace Sandbox.Policy.Procedures;

/// <summary>Classes of data that a regulation may bar from authorised operation. A data set carries those that its provider, or the bureau, has found.</summary>
public enum DataClass
{
    /// <summary>Not stated: counts as barred wherever it is met.</summary>
    Unknown = 0,

    /// <summary>State secrets 国家秘密.</summary>
    StateSecret,

    /// <summary>Endangers or may endanger national security 国家安全.</summary>
    NationalSecurity,

    /// <summary>Touches public security 公共安全.</summary>
    PublicSecurity,

    /// <summary>May harm the public interest 公共利益.</summary>
    PublicInterest,

    /// <summary>Personal information 个人信息.</summary>
    PersonalInformation,

    /// <summary>Trade secrets and confidential business information 商业秘密、保密商务信息.</summary>
    TradeSecret,

    /// <summary>Barred by the agreement under which the data were obtained 获取协议禁止.</summary>
    AcquisitionAgreement,

    /// <summary>A law forbids to open them 法律法规禁止开放.</summary>
    LawForbids,

    /// <summary>Openness attribute "not open" 不予开放.</summary>
    NotOpen,

    /// <summary>Unfit for authorised operation for another reason 其他不宜授权运营.</summary>
    OtherwiseUnfit,

    /// <summary>On the negative list 负面清单.</summary>
    NegativeList,
}

/// <summary>Classes in the words of the domain.</summary>
public static class DataClassWords
{
    private static readonly (DataClass Class, string Id, string English, string Chinese)[] All =
    [
        (DataClass.StateSecret, "state_secret", "state secrets", "国家秘密"),
        (DataClass.NationalSecurity, "national_security", "national security", "国家安全"),
        (DataClass.PublicSecurity, "public_security", "public security", "公共安全"),
        (DataClass.PublicInterest, "public_interest", "the public interest", "公共利益"),
        (DataClass.PersonalInformation, "personal_information", "personal information", "个人信息"),
        (DataClass.TradeSecret, "trade_secret", "trade secrets and confidential business information", "商业秘密和保密商务信息"),
        (DataClass.AcquisitionAgreement, "acquisition_agreement", "a bar in the agreement under which they were obtained", "获取协议禁止"),
        (DataClass.LawForbids, "law_forbids", "a law that forbids to open them", "法律法规禁止开放"),
        (DataClass.NotOpen, "not_open", "the openness attribute 'not open'", "开放属性为不予开放"),
        (DataClass.OtherwiseUnfit, "otherwise_unfit", "being otherwise unfit for authorised operation", "其他不宜授权运营的情形"),
        (DataClass.NegativeList, "negative_list", "an entry of the negative list", "列入负面清单"),
    ];

    /// <summary>The name in files; null for no class.</summary>
    public static string? Id(DataClass item) => Array.Find(All, known => known.Class == item).Id;

    /// <summary>English words.</summary>
    public static string English(DataClass item) => Array.Find(All, known => known.Class == item).English ?? "an unknown class";

    /// <summary>Chinese words.</summary>
    public static string Chinese(DataClass item) => Array.Find(All, known => known.Class == item).Chinese ?? "不明类别";

    /// <summary>The class of a name in a file; null for an unknown one.</summary>
    public static DataClass? Of(string? id) => Array.Find(All, known => known.Id == id) is { Id: not null } found ? found.Class : null;
}
