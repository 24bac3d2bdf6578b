namespace Sandbox.Vault.DuckDb;

/// <summary>
/// Maps the engine's error number to our own kind and sentence. The engine's text is never used: it quotes data values
/// (<c>Could not convert string '…'</c>) and user SQL can put anything into it (<c>error(…)</c>).
/// </summary>
internal static class EngineErrors
{
    internal static EngineFault FromNative(int type) => type switch
    {
        1 or 4 or 6 or 7 => EngineFault.Range,
        2 or 5 or 8 => EngineFault.Conversion,
        3 or 10 or 11 or 39 or 40 => EngineFault.NotSupported,
        12 or 13 or 24 or 35 or 36 or 37 => EngineFault.Binding,
        14 or 22 => EngineFault.Syntax,
        18 or 19 or 41 => EngineFault.Constraint,
        23 or 34 or 42 => EngineFault.Permission,
        28 => EngineFault.Io,
        29 => EngineFault.Interrupted,
        32 or 9 or 21 => EngineFault.InvalidInput,
        33 => EngineFault.OutOfMemory,
        _ => EngineFault.Internal,
    };

    /// <summary>Fixed sentence in English.</summary>
    internal static string Sentence(EngineFault fault) => fault switch
    {
        EngineFault.Syntax => "The statement is not well formed.",
        EngineFault.Binding => "A name, or a combination of types, in the statement does not exist.",
        EngineFault.Conversion => "A value does not fit the type that is asked of it.",
        EngineFault.Range => "A result lies outside the range of its type, or a division by zero happened.",
        EngineFault.InvalidInput => "An argument, or the content of a file, is not what is expected there.",
        EngineFault.Constraint => "A constraint of the table is violated.",
        EngineFault.Io => "A file could not be read or written, or is not in the expected format.",
        EngineFault.OutOfMemory => "The memory limit was reached.",
        EngineFault.Interrupted => "The work took too long or was stopped.",
        EngineFault.Permission => "The sealed configuration does not allow this.",
        EngineFault.NotSupported => "The engine can not do this.",
        _ => "The engine failed and was closed.",
    };

    /// <summary>Fixed sentence in Chinese.</summary>
    internal static string SentenceZh(EngineFault fault) => fault switch
    {
        EngineFault.Syntax => "语句格式不正确。",
        EngineFault.Binding => "语句中的名称或类型组合不存在。",
        EngineFault.Conversion => "有一个值不符合所要求的类型。",
        EngineFault.Range => "结果超出其类型的范围，或出现除以零。",
        EngineFault.InvalidInput => "参数或文件内容不符合要求。",
        EngineFault.Constraint => "违反了表的约束。",
        EngineFault.Io => "文件无法读写，或不是所要求的格式。",
        EngineFault.OutOfMemory => "已达到内存上限。",
        EngineFault.Interrupted => "处理时间过长或已被停止。",
        EngineFault.Permission => "封闭的配置不允许此操作。",
        EngineFault.NotSupported => "引擎不支持此操作。",
        _ => "引擎出错，已被关闭。",
    };
}
