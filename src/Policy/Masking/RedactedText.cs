using System.Text;
using Sandbox.Policy.Identifiers;

namespace Sandbox.Policy.Masking;

/// <summary>
/// Free text without what looks like an identifier. It errs towards removing: every run with four digits or more goes, whatever it is, and so do mail and network addresses, plates, street addresses and
/// names after a word that announces one or before a title. A name that nothing announces stays: the rule says so in its strength.
/// </summary>
internal static class RedactedText
{
    private const int Longest = 20_000;
    private const int FewestDigits = 4;
    private const int FewestSpoken = 6;
    private const string SpokenDigits = "零〇○一二三四五六七八九幺壹贰叁肆伍陆柒捌玖两";
    private const string Number = "〔号码〕";
    private const string Mail = "〔邮箱〕";
    private const string Place = "〔地址〕";
    private const string Name = "〔姓名〕";

    private static readonly string[] Announcing = ["姓名", "患者", "病人", "联系人", "法人", "负责人", "户主", "当事人", "申请人", "投诉人", "举报人", "报案人", "被告", "原告", "家属", "我叫", "名叫", "本人"];
    private static readonly string[] Titles = ["先生", "女士", "小姐", "同志", "同学", "老师", "医生", "大夫", "护士", "教授", "经理", "主任", "师傅", "阿姨", "大爷", "大妈"];
    private const string PlaceMarks = "省市区县旗镇乡村路街巷弄号栋楼幢室屯组";

    /// <summary>Null for a text that is longer than the rule looks at.</summary>
    public static string? Of(ReadOnlySpan<char> value)
    {
        if (value.Length > Longest)
        {
            return null;
        }

        var text = value.ToArray().AsSpan();
        foreach (ref var character in text)
        {
            character = CleanValue.Narrow(character);
        }

        // Places first: a house number is part of its address.
        return Names(Numbers(Places(SpokenNumbers(text.ToString()))));
    }

    /// <summary>Numbers in Chinese characters, wholly or among digits, as people spell them out to get past a filter.</summary>
    private static string SpokenNumbers(string text)
    {
        var result = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length;)
        {
            var (end, last, spoken, all) = (at, at, 0, 0);
            for (; end < text.Length && (IsSpoken(text[end]) || char.IsAsciiDigit(text[end]) || (end > at && text[end] is ' ' or '-')); end++)
            {
                if (text[end] is not (' ' or '-'))
                {
                    last = end + 1;
                    all++;
                    spoken += IsSpoken(text[end]) ? 1 : 0;
                }
            }

            if (spoken > 0 && all >= FewestSpoken)
            {
                result.Append(Number);
                at = last;
            }
            else
            {
                end = Math.Max(end, at + 1);
                result.Append(text, at, end - at);
                at = end;
            }
        }

        return result.ToString();
    }

    private static bool IsSpoken(char character) => SpokenDigits.Contains(character, StringComparison.Ordinal);

    /// <summary>Runs of letters and digits with what stands between them in numbers, mails and network addresses.</summary>
    private static string Numbers(string text)
    {
        var result = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length;)
        {
            if (!char.IsAsciiLetterOrDigit(text[at]))
            {
                result.Append(text[at++]);
                continue;
            }

            var end = at + 1;
            while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || (IsJoint(text[end]) && end + 1 < text.Length && (char.IsAsciiLetterOrDigit(text[end + 1]) || IsJoint(text[end + 1])))))
            {
                end++;
            }

            AppendRun(result, text.AsSpan(at, end - at));
            at = end;
        }

        return result.ToString();
    }

    private static void AppendRun(StringBuilder result, ReadOnlySpan<char> run)
    {
        var digits = 0;
        foreach (var character in run)
        {
            digits += char.IsAsciiDigit(character) ? 1 : 0;
        }

        if (run.Contains('@'))
        {
            result.Append(Mail);
        }
        else if (digits >= FewestDigits || NetworkAddress.IsIp(run))
        {
            // A plate's province character stands right in front.
            if (result.Length > 0 && Plate.IsProvince(result[^1]))
            {
                result.Length--;
            }

            result.Append(Number);
        }
        else
        {
            result.Append(run);
        }
    }

    private static bool IsJoint(char character) => character is '-' or ' ' or '.' or '@' or '_' or '+' or ':' or '·' or '*' or '\u00A0' or '\u200B' or '\t';

    /// <summary>Han runs with two marks of places or more, from the province or the first mark's name to the last mark.</summary>
    private static string Places(string text)
    {
        var result = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length;)
        {
            if (!IsPlaceText(text[at]))
            {
                result.Append(text[at++]);
                continue;
            }

            var (end, last, marks) = (at, -1, 0);
            for (; end < text.Length && IsPlaceText(text[end]); end++)
            {
                if (PlaceMarks.Contains(text[end], StringComparison.Ordinal))
                {
                    marks++;
                    last = end;
                }
            }

            if (marks >= 2)
            {
                result.Append(Place).Append(text, last + 1, end - last - 1);
            }
            else
            {
                result.Append(text, at, end - at);
            }

            at = end;
        }

        return result.ToString();
    }

    private static bool IsPlaceText(char character) => PersonName.IsHan(character) || char.IsAsciiLetterOrDigit(character) || character is '-' or '#';

    private static string Names(string text)
    {
        foreach (var word in Announcing)
        {
            for (var at = text.IndexOf(word, StringComparison.Ordinal); at >= 0; at = text.IndexOf(word, at + word.Length, StringComparison.Ordinal))
            {
                var start = at + word.Length;
                while (start < text.Length && text[start] is ':' or '：' or ' ' or '为' or '是' or '叫')
                {
                    start++;
                }

                if (start < text.Length && NameAt(text.AsSpan(start)) is var length and > 0)
                {
                    text = string.Concat(text.AsSpan(0, start), Name, text.AsSpan(start + length));
                }
            }
        }

        foreach (var title in Titles)
        {
            for (var at = text.IndexOf(title, StringComparison.Ordinal); at >= 0; at = text.IndexOf(title, at + title.Length, StringComparison.Ordinal))
            {
                // Longest first: a compound surname with two characters, down to a surname alone.
                for (var length = Math.Min(4, at); length >= 1; length--)
                {
                    var before = text.AsSpan(at - length, length);
                    if (PersonName.HanOnly(before, dots: false) && (length == 1 ? ChineseSurnames.Length([before[0], '某']) == 1 : ChineseSurnames.Length(before) > 0))
                    {
                        text = string.Concat(text.AsSpan(0, at - length), Name, text.AsSpan(at));
                        at += Name.Length - length;
                        break;
                    }
                }
            }
        }

        return text;
    }

    /// <summary>Characters of a name that stands at the beginning: surname and up to two more.</summary>
    private static int NameAt(ReadOnlySpan<char> text)
    {
        var surname = ChineseSurnames.Length(text);
        if (surname == 0)
        {
            return 0;
        }

        var length = surname;
        while (length < text.Length && length < surname + 2 && PersonName.IsHan(text[length]))
        {
            length++;
        }

        return length > surname ? length : 0;
    }
}
