using Sandbox.Jail;
using Sandbox.Policy;
using Sandbox.Trust;

namespace Sandbox.Host.Answers;

/// <summary>Refusals of the host itself; rules of the regulations come from Policy.</summary>
public static class Refusals
{
    public static Refusal From(TrustRefusal refusal)
    {
        ArgumentNullException.ThrowIfNull(refusal);
        return new(refusal.Rule, refusal.Why, refusal.Remedy, refusal.WhyZh, refusal.RemedyZh);
    }

    public static Refusal From(JailRefusedException refusal)
    {
        ArgumentNullException.ThrowIfNull(refusal);
        return new(refusal.Rule, refusal.Why, refusal.Remedy, refusal.WhyZh, refusal.RemedyZh);
    }

    public static Refusal Missing(string what, string whatZh, string id) => new(
        "SB-HOST-1",
        $"There is no {what} named {id} in this domain.",
        "Check the spelling; the list verb of that kind shows the names.",
        $"本域内没有名为 {id} 的{whatZh}。",
        "请核对名称；可用相应的 list 命令查看。");

    public static Refusal Taken(string what, string whatZh, string id) => new(
        "SB-HOST-2",
        $"There is already a {what} named {id}.",
        "Choose another name; nothing was changed.",
        $"已存在名为 {id} 的{whatZh}。",
        "请换一个名称；未作任何更改。");

    public static Refusal BadName(string id) => new(
        "SB-HOST-3",
        "A name has 1 to 40 characters: small letters, digits and hyphens, beginning with a letter, no long run of digits.",
        "Choose such a name.",
        "名称须为 1 至 40 个字符，由小写字母、数字和连字符组成，以字母开头，且不得含长串数字。",
        "请按要求命名。");

    public static Refusal Who() => new(
        "SB-HOST-4",
        "It was not proved who acts: the person is not registered or the key file does not belong to that person.",
        "Give --as with a registered name and --person-key with that person's key file.",
        "未能证明操作人身份：该人员未登记，或密钥文件不属于该人员。",
        "请用 --as 指定已登记人员，并用 --person-key 指定其密钥文件。");

    public static Refusal NotThisRole(string act, string actZh, string role, string roleZh) => new(
        "SB-HOST-5",
        $"Only {role} may {act}.",
        "Let a person with that role do it.",
        $"只有{roleZh}可以{actZh}。",
        "请由具有该角色的人员操作。");

    public static Refusal Form(string what, string whatZh) => new(
        "SB-HOST-6",
        $"The {what} does not have the form that this command takes.",
        "The command's help shows an example; unknown and doubled names are refused.",
        $"{whatZh}的格式不符合该命令的要求。",
        "命令帮助中有示例；不接受未知或重复的字段名。");

    public static Refusal NoDomain() => new(
        "SB-HOST-7",
        "There is no domain in this folder.",
        "Make one with `sandbox init`, or name its folder with --dir.",
        "该文件夹内没有授权运营域。",
        "请用 sandbox init 建立，或用 --dir 指定其文件夹。");

    public static Refusal DomainExists() => new(
        "SB-HOST-8",
        "There is already a domain (or something else) in this folder; nothing was changed.",
        "Choose an empty or new folder.",
        "该文件夹内已有授权运营域或其他内容；未作任何更改。",
        "请选择空文件夹或新文件夹。");
}
