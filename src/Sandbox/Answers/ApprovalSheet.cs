using System.Globalization;
using System.Text;

namespace Sandbox.Host.Answers;

/// <summary>A printable approval sheet 审批表 in Chinese, as plain text: a heading, named lines, sections of items, and the place to sign by hand. It never holds a value of the data.</summary>
internal sealed class ApprovalSheet
{
    private readonly StringBuilder _text = new();

    public ApprovalSheet(string title) => _text.Append(title).Append('\n').Append('=', 2 * title.Length).Append('\n');

    public ApprovalSheet Line(string name, string value)
    {
        _text.Append(name).Append('：').Append(value).Append('\n');
        return this;
    }

    public ApprovalSheet Section(string title)
    {
        _text.Append('\n').Append(title).Append('\n');
        return this;
    }

    public ApprovalSheet Item(string words)
    {
        _text.Append("  ").Append(words).Append('\n');
        return this;
    }

    /// <summary>A remark under the item before it.</summary>
    public ApprovalSheet Remark(string words)
    {
        _text.Append("    ").Append(words.ReplaceLineEndings("\n    ")).Append('\n');
        return this;
    }

    /// <summary>The sheet with the state of the matter and the place to sign.</summary>
    public string Signed(string state)
    {
        _text.Append('\n');
        Line("当前状态", state);
        return _text.Append("\n负责人签字：____________    日期：____________\n").ToString();
    }

    public static string Moment(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>Whether the recorded signature of a step holds.</summary>
    public static string Mark(bool holds) => holds ? "已签名" : "签名无效！";
}
