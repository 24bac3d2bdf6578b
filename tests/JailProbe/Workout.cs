using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Sandbox.JailProbe;

/// <summary>Uses much of the runtime, so that a call that the filter forgot shows as a dead child.</summary>
internal static class Workout
{
    public static string Run()
    {
        Files();
        Parallel.For(0, 64, i => Churn(i));
        Task.WhenAll(Enumerable.Range(0, 50).Select(async i =>
        {
            await Task.Delay(i % 7);
            await Task.Yield();
        })).GetAwaiter().GetResult();
        using (var timer = new Timer(_ => { }, null, 1, 1))
        {
            Thread.Sleep(20);
        }

        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        using var hmac = new HMACSHA256(RandomNumberGenerator.GetBytes(32));
        hmac.ComputeHash(new byte[100_000]);
        using var aes = Aes.Create();
        aes.EncryptEcb(new byte[1600], PaddingMode.None);
        Regex.IsMatch("aaab", "^(a|b)+$", RegexOptions.Compiled);
        JsonSerializer.Serialize(new Dictionary<string, int> { ["a"] = 1 });
        _ = TimeZoneInfo.Local.DisplayName + DateTimeOffset.UnixEpoch.ToString("O", CultureInfo.InvariantCulture);
        try
        {
            throw new InvalidOperationException("seen");
        }
        catch (InvalidOperationException error)
        {
            _ = error.StackTrace;
        }

        return "fit";
    }

    private static void Files()
    {
        var folder = Directory.CreateTempSubdirectory().FullName;
        var path = Path.Combine(folder, "a");
        File.WriteAllText(path, "x");
        File.AppendAllText(path, "y");
        File.Move(path, path + "2");
        File.Copy(path + "2", path);
        using (var stream = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, 4096, FileOptions.Asynchronous))
        {
            stream.SetLength(1 << 20);
            stream.WriteAsync(Encoding.ASCII.GetBytes("hello")).AsTask().GetAwaiter().GetResult();
            stream.Flush(true);
        }

        Directory.Delete(folder, true);
    }

    private static void Churn(int seed)
    {
        var list = new List<byte[]>();
        for (var i = 0; i < 500; i++)
        {
            list.Add(new byte[1000 + ((seed * i) % 5000)]);
        }
    }
}
