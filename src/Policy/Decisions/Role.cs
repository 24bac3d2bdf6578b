namespace Sandbox.Policy;

/// <summary>The people of an authorised operation domain. A person holds roles for one organisation at a time.</summary>
public enum Role
{
    /// <summary>Not stated: may do nothing.</summary>
    Unknown = 0,

    /// <summary>Source department 数源部门: provides data, grades it, consents to each use.</summary>
    SourceDepartment,

    /// <summary>Bureau 主管部门 (the regulations' authority): confirms requests, reviews exports, suspends.</summary>
    Authority,

    /// <summary>Third party that the bureau has appointed for inspection and review.</summary>
    AppointedThirdParty,

    /// <summary>Operating unit 运营单位.</summary>
    Operator,

    /// <summary>Developer or platform partner 开发主体, 平台合作方.</summary>
    Developer,

    /// <summary>Person of the operating unit or developer who queries masked views.</summary>
    DataScientist,

    /// <summary>Reads and verifies the ledger.</summary>
    Auditor,

    /// <summary>Person or organisation that the data point to.</summary>
    DataSubject,
}
