namespace Sandbox.Export.Packaging;

/// <summary>What is wrong with a release package, for the person who verifies it.</summary>
/// <param name="Rule">Stable id of the step that failed.</param>
/// <param name="Words">One English sentence.</param>
/// <param name="WordsZh">The same in Chinese.</param>
public sealed record PackageFault(string Rule, string Words, string WordsZh)
{
    internal static PackageFault TooLarge { get; } = new("archive-size", "The file is larger than a release package can be.", "文件大小超过发布包上限。");

    internal static PackageFault CutOff { get; } = new("archive-cut", "The package is cut off: bytes are missing at its end.", "发布包不完整：末尾缺少字节。");

    internal static PackageFault Trailing { get; } = new("archive-trailing", "Bytes were added or changed after the last file of the package.", "发布包最后一个文件之后有被添加或更改的字节。");

    internal static PackageFault Header(int at) => new("archive-header", $"The archive header at byte {at} was changed or is not the one that the layout prescribes.", $"第 {at} 字节处的归档头被更改或不符合规定格式。");

    internal static PackageFault Path(int at) => new("archive-path", $"The archive header at byte {at} names a path that no release package may hold.", $"第 {at} 字节处的归档头包含不允许的路径。");

    internal static PackageFault Padding(string path) => new("archive-padding", $"Bytes between the files were changed, after {path}.", $"{path} 之后的填充字节被更改。");

    internal static PackageFault Twice(string path) => new("archive-twice", $"The package holds {path} twice.", $"发布包中 {path} 重复出现。");

    internal static PackageFault Order(string path) => new("archive-order", $"The files are not in their order at {path}.", $"文件顺序在 {path} 处不符合规定。");

    internal static PackageFault Lacks(string path) => new("package-lacks", $"The package lacks {path}.", $"发布包缺少 {path}。");

    internal static PackageFault Extra { get; } = new("package-extra", "The package holds a file that the manifest does not list.", "发布包含有清单未列出的文件。");

    internal static PackageFault Manifest { get; } = new("manifest-form", "The manifest was changed or is not in its canonical form.", "清单被更改或不是规范形式。");

    internal static PackageFault SignatureForm { get; } = new("signature-form", "The signature file was changed or is not in its canonical form.", "签名文件被更改或不是规范形式。");

    internal static PackageFault OtherKey { get; } = new("signature-key", "The package names another key than the public key that you gave.", "发布包的签名密钥与所提供的公钥不一致。");

    internal static PackageFault Signature { get; } = new("signature", "The signature over the manifest is not valid: the manifest or the signature was changed, or another domain signed it.", "清单签名无效：清单或签名被更改，或由其他域签署。");

    internal static PackageFault Length(string path) => new("file-length", $"{path} is not as long as the signed manifest says.", $"{path} 的长度与已签名清单不一致。");

    internal static PackageFault Digest(string path) => new("file-digest", $"The content of {path} was changed after it was signed.", $"{path} 的内容在签名后被更改。");

    internal static PackageFault Content { get; } = new("approval-content", "The approvals were given for other content than the package holds.", "审批所针对的内容与发布包内容不一致。");

    internal static PackageFault Approval { get; } = new("approval-signature", "A vote in the manifest is not validly signed by the reviewer that it names.", "清单中的一项表决未由所列审查人有效签名。");

    internal static PackageFault TooFewApprovals(int needed) => new("approval-count", $"The manifest does not hold {needed} approvals by different people with different keys, none of them the author or of the author's organisation.", $"清单未包含由不同人员以不同密钥（且非申请人及其单位人员）作出的 {needed} 份同意意见。");

    internal static PackageFault NotForKey { get; } = new("sealed-key", "The package is sealed to another recipient's key, or was changed.", "发布包是以其他接收方密钥加密的，或已被更改。");

    internal static PackageFault OtherRecipient { get; } = new("sealed-recipient", "The domain made this package for another recipient; somebody else sealed it to your key.", "该发布包由域为其他接收方制作，系他人以您的密钥重新加密。");

    internal static PackageFault Proof { get; } = new("ledger-proof", "The inclusion proof does not show this release in the ledger of this domain.", "存证证明未能表明该发布已记入本域账本。");
}
