namespace Sandbox.Trust;

/// <summary>Every refusal of this room, in one place, so that the documents and the tests can list them.</summary>
public static class TrustRules
{
    public static TrustRefusal UnknownSuite { get; } = new("TRUST-SUITE-1",
        "This algorithm suite is not known.", "Use sm or nist.", "未知的算法套件。", "请使用 sm 或 nist。");

    public static TrustRefusal SuiteSelfTest { get; } = new("TRUST-SUITE-2",
        "The algorithm suite failed its known-answer test and is switched off.", "Run doctor and repair or reinstall the program.",
        "算法套件未通过已知答案自检，已停用。", "请运行 doctor 并修复或重新安装程序。");

    public static TrustRefusal WrongMasterKey { get; } = new("TRUST-KEY-1",
        "The master key does not open this domain.", "Give the key file or passphrase with which the domain was created.",
        "主密钥无法打开该授权运营域。", "请提供创建该域时使用的密钥文件或口令。");

    public static TrustRefusal MasterKeyKind { get; } = new("TRUST-KEY-2",
        "This domain is opened by the other kind of master key.", "Use a key file where the domain was created with one, else the passphrase.",
        "该域使用另一种主密钥形式。", "创建时使用密钥文件的请提供密钥文件，否则请提供口令。");

    public static TrustRefusal KeyFile { get; } = new("TRUST-KEY-3",
        "The master key file is missing, damaged or readable by others.", "Restore the key file and allow only its owner to read it (mode 0600).",
        "主密钥文件缺失、损坏或可被他人读取。", "请恢复密钥文件，并仅允许其所有者读取（权限 0600）。");

    public static TrustRefusal KeyMissing { get; } = new("TRUST-KEY-4",
        "There is no such key in this domain.", "Check the scope and the id.", "该域中没有此密钥。", "请检查密钥范围与编号。");

    public static TrustRefusal KeyDestroyed { get; } = new("TRUST-KEY-5",
        "This key was destroyed, and what it protected can no longer be read.", "See the destruction certificate in the ledger.",
        "该密钥已销毁，其保护的内容无法再读取。", "请查看账本中的销毁证明。");

    public static TrustRefusal KeyExists { get; } = new("TRUST-KEY-6",
        "A key with this scope and id exists or existed.", "Choose another id; ids are never used twice.", "该范围与编号的密钥已存在或曾经存在。", "请更换编号；编号不得重复使用。");

    public static TrustRefusal KeyDamaged { get; } = new("TRUST-KEY-7",
        "The stored key does not authenticate: the key table was changed or damaged.", "Restore the registry from a verified backup.",
        "存储的密钥未通过认证：密钥表被改动或损坏。", "请从经验证的备份恢复登记库。");

    public static TrustRefusal NotADomain { get; } = new("TRUST-KEY-8",
        "There is no key ring in this registry.", "Create the domain first.", "该登记库中没有密钥环。", "请先创建授权运营域。");

    public static TrustRefusal WeakPassphrase { get; } = new("TRUST-KEY-9",
        "The passphrase is too short.", "Use at least 12 characters.", "口令过短。", "请使用至少 12 个字符。");

    public static TrustRefusal RegistryOlderThanKeys { get; } = new("TRUST-KEY-10",
        "This registry is older than the last destruction of a key: it is a copy from before.", "Put the newest registry back; a backup is restored with the epoch key that is in force, which leaves destroyed keys destroyed.",
        "该登记库早于最近一次密钥销毁，是此前的副本。", "请放回最新的登记库；恢复备份须使用现行的周期密钥，已销毁的密钥保持销毁状态。");

    public static TrustRefusal EpochKeyMissing { get; } = new("TRUST-KEY-11",
        "The epoch key file in the folder keys is missing or damaged, so no key of this domain opens.", "Put the newest epoch key file back from where it is kept apart.",
        "keys 目录中的周期密钥文件缺失或损坏，无法打开该域的任何密钥。", "请从另行保管处放回最新的周期密钥文件。");

    public static TrustRefusal KeyShareForm { get; } = new("TRUST-GUARD-1",
        "This is not a share of a key, or it was mistyped.", "Give the whole line that starts with sandbox-key-share:.",
        "不是密钥份额，或录入有误。", "请提供以 sandbox-key-share: 开头的完整一行。");

    public static TrustRefusal GuardedSecret { get; } = new("TRUST-GUARD-2",
        "The secret key file does not open: it is another file, it was changed, or the key file or passphrase is another.", "Give the file that was made with this key and the key file or passphrase that was named then.",
        "无法打开该私钥文件：文件不符、被改动，或密钥文件、口令不符。", "请提供生成时的私钥文件及当时指定的密钥文件或口令。");

    public static TrustRefusal TooFewShares { get; } = new("TRUST-GUARD-3",
        "There are fewer shares of this key than its threshold.", "Let more holders of different shares take part.",
        "该密钥的份额少于所需数量。", "请由更多持有不同份额的人员参与。");

    public static TrustRefusal PublicKeyForm { get; } = new("TRUST-SIGN-1",
        "This is not a public key of a known suite.", "Give the line that starts with sandbox-key: or the PEM file.",
        "不是已知套件的公钥。", "请提供以 sandbox-key: 开头的一行或 PEM 文件。");

    public static TrustRefusal RecipientKeyForm { get; } = new("TRUST-SEAL-1",
        "This is not the public key of a recipient.", "Give the whole line that starts with sandbox-recipient:, as export keygen printed it.",
        "不是接收方公钥。", "请提供 export keygen 输出的、以 sandbox-recipient: 开头的完整一行。");

    public static TrustRefusal RecipientKeyFile { get; } = new("TRUST-SEAL-2",
        "The recipient's key file is missing, damaged or readable by others.", "Give the file that export keygen made, and allow only its owner to read it (mode 0600).",
        "接收方私钥文件缺失、损坏或可被他人读取。", "请提供 export keygen 生成的文件，并仅允许其所有者读取（权限 0600）。");

    public static TrustRefusal StatementForm { get; } = new("TRUST-SIGN-2",
        "The signed statement is not in its one exact form.", "Get an unchanged copy from its author.", "签名声明不是规定的唯一形式。", "请向签署方索取未改动的副本。");

    public static TrustRefusal StatementSignature { get; } = new("TRUST-SIGN-3",
        "The signature does not fit the statement, the purpose or the expected key.", "Get an unchanged copy and check the public key.",
        "签名与声明内容、用途或预期公钥不符。", "请索取未改动的副本并核对公钥。");

    public static TrustRefusal ObjectMissing { get; } = new("TRUST-OBJECT-1",
        "The sealed object is missing.", "Restore it from a verified backup.", "密封对象缺失。", "请从经验证的备份恢复。");

    public static TrustRefusal ObjectKey { get; } = new("TRUST-OBJECT-2",
        "The sealed object was not sealed with this key, or its header was changed.", "Use the key named for the object; restore the object if it was changed.",
        "密封对象并非用此密钥密封，或其头部被改动。", "请使用该对象登记的密钥；如被改动请恢复对象。");

    public static TrustRefusal ObjectDamaged { get; } = new("TRUST-OBJECT-3",
        "The sealed object does not authenticate: it was changed, cut, extended or put together from parts.", "Restore it from a verified backup.",
        "密封对象未通过认证：内容被改动、截断、追加或拼接。", "请从经验证的备份恢复。");

    public static TrustRefusal StorageFull { get; } = new("TRUST-OBJECT-4",
        "The object could not be written because the disk refused it; nothing was kept.", "Free space on the disk of the domain and try again.",
        "磁盘拒绝写入对象，未保留任何内容。", "请释放该域所在磁盘的空间后重试。");

    public static TrustRefusal LedgerBroken { get; } = new("TRUST-LEDGER-1",
        "The ledger does not agree with its signed head, so nothing is appended to it.", "Run ledger verify and restore the registry from a verified backup.",
        "账本与其签名头不一致，拒绝追加。", "请运行 ledger verify，并从经验证的备份恢复登记库。");

    public static TrustRefusal LedgerEntryForm { get; } = new("TRUST-LEDGER-2",
        "The ledger entry is not well formed.", "Use short names in lower case, texts of at most 512 characters and whole numbers.",
        "账本条目格式不正确。", "请使用小写短名称、不超过 512 个字符的文本以及整数。");

    public static TrustRefusal LedgerRange { get; } = new("TRUST-LEDGER-3",
        "The ledger has no such entry or size.", "Ask for an index below the size of the ledger.", "账本中没有该条目或该大小。", "请使用小于账本大小的序号。");

    public static TrustRefusal CheckpointForm { get; } = new("TRUST-LEDGER-4",
        "The checkpoint is not a signed head of this ledger.", "Use a checkpoint that this ledger gave out and its public key.",
        "检查点不是该账本的签名头。", "请使用该账本发出的检查点及其公钥。");

    public static TrustRefusal ReceiptForm { get; } = new("TRUST-LEDGER-5",
        "The receipt does not prove that the entry stands in the ledger.", "Get an unchanged receipt from the domain.",
        "回执不能证明该条目在账本中。", "请向该域索取未改动的回执。");

    public static TrustRefusal LedgerArchived { get; } = new("TRUST-LEDGER-6",
        "This needs archived entries whose file is not at hand, was changed or was removed after its retention.", "Give the folder of the archive with its unchanged files.",
        "该操作需要已归档的条目，但归档文件不在、被改动或已在保存期满后移除。", "请提供归档文件夹及其未改动的文件。");

    public static TrustRefusal BatchForm { get; } = new("TRUST-LEDGER-7",
        "The batch of the log feed is not one that this domain signed: it was changed, cut or put together from parts.", "Fetch it again from the domain; nothing of it was taken in.",
        "日志推送批次并非该域签发：内容被改动、截断或拼接。", "请重新从该域获取；未接收其中任何内容。");

    public static TrustRefusal AcknowledgementForm { get; } = new("TRUST-LEDGER-8",
        "The acknowledgement was not signed by this receiver for this ledger.", "Remove the file and let the receiver acknowledge again; the position of the feed was not moved.",
        "回执并非该接收方针对本账本签发。", "请移除该文件并由接收方重新确认；推送位置未移动。");

    public static TrustRefusal WitnessRolledBack { get; } = new("TRUST-WITNESS-1",
        "The checkpoint shows fewer entries than one that was seen before: the ledger was rolled back.", "Do not sign it; keep both checkpoints and call the auditor.",
        "检查点的条目数少于此前见过的检查点：账本被回退。", "请勿签名；保留两份检查点并通知审计人员。");

    public static TrustRefusal WitnessOtherHistory { get; } = new("TRUST-WITNESS-2",
        "The checkpoint does not continue the one that was seen before: two histories were shown.", "Do not sign it; keep both checkpoints and the proof and call the auditor.",
        "检查点不是此前所见检查点的延续：曾展示两套历史。", "请勿签名；保留两份检查点及证明并通知审计人员。");

    public static TrustRefusal WitnessNoProof { get; } = new("TRUST-WITNESS-3",
        "There is no proof that the checkpoint continues the one that was seen before.", "Ask the domain for the proof: ledger prove --since with the last checkpoint seen.",
        "没有证明该检查点是此前所见检查点的延续。", "请向该域索取证明：对最近所见检查点运行 ledger prove --since。");
}
