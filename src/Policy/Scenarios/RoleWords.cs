namespace Sandbox.Policy.Scenarios;

/// <summary>Roles in the words of the domain.</summary>
public static class RoleWords
{
    /// <summary>English word for a role.</summary>
    public static string English(Role role) => role switch
    {
        Role.SourceDepartment => "source department",
        Role.Authority => "authority",
        Role.AppointedThirdParty => "appointed third party",
        Role.Operator => "operating unit",
        Role.Developer => "developer or partner",
        Role.DataScientist => "data scientist",
        Role.Auditor => "auditor",
        Role.DataSubject => "data subject",
        _ => "nobody",
    };

    /// <summary>Chinese word for a role.</summary>
    public static string Chinese(Role role) => role switch
    {
        Role.SourceDepartment => "数源部门",
        Role.Authority => "主管部门",
        Role.AppointedThirdParty => "受委托第三方机构",
        Role.Operator => "运营单位",
        Role.Developer => "开发主体或平台合作方",
        Role.DataScientist => "数据分析人员",
        Role.Auditor => "审计人员",
        Role.DataSubject => "数据主体",
        _ => "无",
    };
}
