using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Sandbox.Host.Answers;
using Sandbox.Host.Assessments;
using Sandbox.Host.Domains;
using Sandbox.Host.Registry;
using Sandbox.Jail;
using Sandbox.Trust;
using Spectre.Console;

namespace Sandbox.Host.Doctor;

/// <summary>Says what this machine gives: engines, jail level, algorithms, swap, disk encryption, and what to do about what is missing.</summary>
public static class Checkup
{
    /// <param name="quick">Leaves out the hashes of the engines (about 200 MB to read).</param>
    /// <param name="folder">A domain's folder; where there is one, its papers on assessments are looked at too.</param>
    public static Answer Run(bool quick, string folder, TimeProvider time)
    {
        var advice = new List<(string En, string Zh)>();
        var body = new JsonObject
        {
            ["machine"] = Machine(),
            ["engines"] = Engines(quick, advice),
        };
        var level = Jail(body, advice);
        body["algorithms"] = new JsonObject { ["sm"] = Suite("sm", advice), ["nist"] = Suite("nist", advice) };
        body["swap"] = Swap(advice);
        body["disk_encryption"] = DiskEncryption(advice);
        var papers = Assessments(folder, time, advice);
        body["assessments"] = papers;
        body["advice"] = new JsonArray([.. advice.Select(item => (JsonNode)new JsonObject { ["en"] = item.En, ["zh"] = item.Zh })]);
        return Answer.Of(body, console =>
        {
            var table = new Table().AddColumns("part", "state");
            table.AddRow("processors, memory", Markup.Escape($"{Environment.ProcessorCount}, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30} GiB"));
            foreach (var (name, state) in body["engines"]!.AsObject())
            {
                table.AddRow("engine " + Markup.Escape(name), Markup.Escape(state!.ToString()));
            }

            table.AddRow("jail level", Markup.Escape($"{level} of 2"));
            table.AddRow("bubblewrap", Markup.Escape(body["bubblewrap"]?.ToString() ?? "absent"));
            table.AddRow("control groups", Markup.Escape(body["cgroup"]!.ToString()));
            table.AddRow("suite sm", Markup.Escape(body["algorithms"]!["sm"]!.ToString()));
            table.AddRow("suite nist", Markup.Escape(body["algorithms"]!["nist"]!.ToString()));
            table.AddRow("swap", Markup.Escape(body["swap"]!.ToString()));
            table.AddRow("disk encryption", Markup.Escape(body["disk_encryption"]!.ToString()));
            foreach (var paper in papers ?? [])
            {
                table.AddRow("assessment " + Markup.Escape(paper!["kind"]!.ToString()), Markup.Escape(paper["state"]!.ToString()));
            }

            console.Write(table);
            foreach (var (en, zh) in advice)
            {
                console.WriteLine("- " + en);
                console.WriteLine("  " + zh);
            }
        });
    }

    /// <summary>Null where there is no domain. Read without its master key, so it is a hint; <c>assessment list</c> checks the registry's seal.</summary>
    private static JsonArray? Assessments(string folder, TimeProvider time, List<(string En, string Zh)> advice)
    {
        var files = new DomainFolder(folder);
        if (!files.Exists)
        {
            return null;
        }

        try
        {
            using var registry = RegistryDatabase.Open(files.Registry, create: false);
            var record = registry.Find<DomainRecord>(DomainRecord.OnlyId);
            var required = record is null ? null : DomainProfile.Load(record.Profile, record.Overlays).ProtectionLevel?.Value;
            var states = AssessmentState.Of(registry.All<Assessment>(), required, DateOnly.FromDateTime(time.GetLocalNow().Date));
            advice.AddRange(states.Select(state => state.Advice(required)).OfType<(string, string)>());
            return new JsonArray([.. states.Select(state => state.ToJson())]);
        }
        catch (Exception error) when (error is RegistryException or SqliteException or RefusedException)
        {
            advice.Add(("The registry of the domain in this folder could not be read.", "无法读取该文件夹中授权运营域的注册库。"));
            return null;
        }
    }

    private static JsonObject Machine() => new()
    {
        ["processors"] = Environment.ProcessorCount,
        ["memory_bytes"] = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
        ["architecture"] = RuntimeInformation.ProcessArchitecture.ToString(),
        ["runtime"] = RuntimeInformation.FrameworkDescription,
    };

    private static JsonObject Engines(bool quick, List<(string En, string Zh)> advice)
    {
        var state = new JsonObject();
        try
        {
            var paths = EnginePaths.Locate();
            if (quick)
            {
                state["duckdb"] = File.Exists(paths.DuckDbLibrary) ? "present, not hashed" : "missing";
                state["node"] = File.Exists(paths.Node) ? "present, not hashed" : "missing";
                return state;
            }

            foreach (var file in paths.VerifyPinned())
            {
                state[file.Name] = file.State.ToString();
                if (file.State != PinState.Same)
                {
                    advice.Add(($"Engine file {file.Name} is not the pinned one: remove engines/node_modules and run ./sandbox again.", $"引擎文件 {file.Name} 与固定版本不符：请删除 engines/node_modules 后重新运行 ./sandbox。"));
                }
            }
        }
        catch (JailRefusedException missing)
        {
            state["all"] = "missing";
            advice.Add(($"{missing.Why} {missing.Remedy}", $"{missing.WhyZh}{missing.RemedyZh}"));
        }

        return state;
    }

    private static int Jail(JsonObject body, List<(string En, string Zh)> advice)
    {
        try
        {
            var report = new Jailer(EnginePaths.Locate(), new JailOptions()).Probe();
            body["jail_level"] = report.Level;
            body["bubblewrap"] = report.Bubblewrap;
            body["user_namespaces"] = report.UserNamespaces;
            body["compiler"] = report.CompilerPresent;
            body["cgroup"] = report.Cgroup;
            advice.AddRange(report.Words.Select(word => (word.En, word.Zh)));
            return report.Level;
        }
        catch (JailRefusedException)
        {
            body["jail_level"] = 0;
            body["bubblewrap"] = null;
            body["cgroup"] = "unknown";
            return 0;
        }
    }

    private static string Suite(string name, List<(string En, string Zh)> advice)
    {
        try
        {
            var engine = Trust.Suite.ByName(name).SignatureEngine;
            if (engine == "managed")
            {
                advice.Add(("SM2 signatures are checked in managed code, which is slower: install OpenSSL 3 (libcrypto.so.3).", "SM2 签名由托管代码验证，速度较慢：请安装 OpenSSL 3（libcrypto.so.3）。"));
            }

            return $"known answers pass, signatures checked by {engine}";
        }
        catch (TrustException)
        {
            advice.Add(($"Suite {name} fails its known answers on this machine and is disabled.", $"算法套件 {name} 未通过已知答案测试，已停用。"));
            return "disabled: known answers fail";
        }
    }

    private static string Swap(List<(string En, string Zh)> advice)
    {
        const string table = "/proc/swaps";
        if (!File.Exists(table))
        {
            return "unknown";
        }

        var areas = File.ReadLines(table).Skip(1).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[0]).ToArray();
        if (areas.Length == 0)
        {
            return "off";
        }

        if (areas.All(area => area.StartsWith("/dev/zram", StringComparison.Ordinal) || IsEncrypted(area)))
        {
            return "on, in memory or encrypted";
        }

        advice.Add(("Swap is on and not encrypted: memory with plaintext can reach the disk. Switch it off (swapoff -a) or encrypt it.", "交换分区已启用且未加密：内存中的明文可能写入磁盘。请关闭（swapoff -a）或加密交换分区。"));
        return "on, not encrypted";
    }

    private static string DiskEncryption(List<(string En, string Zh)> advice)
    {
        const string mounts = "/proc/self/mounts";
        var device = File.Exists(mounts) ? File.ReadLines(mounts).Select(line => line.Split(' ')).LastOrDefault(part => part.Length > 1 && part[1] == "/")?[0] : null;
        if (device is null)
        {
            return "unknown";
        }

        if (IsEncrypted(device))
        {
            return "root file system is on an encrypted device";
        }

        advice.Add(("The root file system is not on a device-mapper crypt device as far as can be seen. The domain's objects are sealed all the same; keep key files off this disk.", "未发现根文件系统位于加密设备上。域内对象仍为加密存储；请勿将密钥文件存放在该磁盘上。"));
        return "not seen";
    }

    private static bool IsEncrypted(string device)
    {
        var name = Path.GetFileName(File.ResolveLinkTarget(device, returnFinalTarget: true)?.FullName ?? device);
        var id = $"/sys/block/{name}/dm/uuid";
        return File.Exists(id) && File.ReadAllText(id).StartsWith("CRYPT-", StringComparison.Ordinal);
    }
}
