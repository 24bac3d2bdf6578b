using System.Collections.Frozen;

namespace Sandbox.Policy.Identifiers;

/// <summary>Surnames of China: compound ones and the frequent single ones.</summary>
public static class ChineseSurnames
{
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Compound =
        ("欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶 太叔 申屠 公孙 慕容 仲孙 钟离 长孙 宇文 " +
         "司徒 鲜于 司空 闾丘 子车 亓官 司寇 巫马 公西 颛孙 壤驷 公良 漆雕 乐正 宰父 谷梁 拓跋 夹谷 轩辕 令狐 段干 百里 呼延 东郭 南门 羊舌 微生 梁丘 左丘 " +
         "东门 西门 第五 贺兰 纳兰 完颜 耶律 爱新觉罗").Split(' ').ToFrozenSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly FrozenSet<char> Single =
        ("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江" +
         "史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜路詹关苗凌费纪靳盛童欧甄" +
         "项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边辜吉饶刁瞿戚丘古米池滕晋苑邬臧畅宫来嵺苟全褚廉简娄盖符奚木穆党燕郎邸冀谈姬屠连郜晏栾郁商蒙计喻揭窦迟" +
         "宇敖糜鄢冷卓花仇艾蓝都巩稽井练仲乐虞卞封竺冼原官衣楚佟栗匡宗应台巫鞠僧桑荆谌银扬明沙薄伏岑习胥保和肖付闫尚葛代") .ToFrozenSet();

    /// <summary>Characters of the surname that a text starts with: 2 (or 4) for a compound surname, 1 for a single one, 0 for none.</summary>
    public static int Length(ReadOnlySpan<char> name)
    {
        if (name.Length > 4 && Compound.Contains(name[..4]))
        {
            return 4;
        }

        if (name.Length > 2 && Compound.Contains(name[..2]))
        {
            return 2;
        }

        return name.Length > 1 && Single.Contains(name[0]) ? 1 : 0;
    }
}
