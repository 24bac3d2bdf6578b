using Sandbox.Host.Answers;
using Sandbox.Policy;

namespace Sandbox.Host.Commands;

/// <summary>Small files that a user names: read whole, bounded.</summary>
internal static class InputFile
{
    public static byte[] ReadAll(string path, int limit)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        if (file.Length > limit)
        {
            throw new RefusedException(new Refusal(
                "SB-HOST-10",
                $"The file is larger than {limit} bytes, the most this command reads.",
                "Check that it is the file you mean.",
                $"文件超过该命令可读取的上限（{limit} 字节）。",
                "请核对文件是否正确。"));
        }

        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }
}
