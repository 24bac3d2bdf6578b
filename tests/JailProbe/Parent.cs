using System.Globalization;
using Sandbox.Jail;

namespace Sandbox.JailProbe;

/// <summary>The other side: a host process that starts jailed children of this same program, so that tests can run it as another user or kill it.</summary>
internal static class Parent
{
    /// <summary>Arguments: number of children, a token that marks them, the children's verb.</summary>
    public static async Task<string> RunAsync(string[] arguments)
    {
        var count = int.Parse(arguments[0], CultureInfo.InvariantCulture);
        var policy = JailPolicies.Query with { DataLimitBytes = 1L << 30, TmpfsBytes = 16 << 20, FileSizeLimit = 16 << 20, WallLimit = TimeSpan.FromMinutes(1) };
        try
        {
            var jailer = new Jailer(EnginePaths.Locate(), new JailOptions());
            var children = new List<JailedProcess>();
            for (var i = 0; i < count; i++)
            {
                children.Add(jailer.Start(new JailCommand { Policy = policy, Program = typeof(Parent).Assembly.Location, Arguments = [arguments[2], arguments[1]] }));
            }

            var first = await new StreamReader(children[0].Output).ReadLineAsync();
            Console.WriteLine($"level {jailer.Probe().Level} child {first}");
            await children[0].Exit;
            return "over";
        }
        catch (JailRefusedException refused)
        {
            return "refused " + refused.Rule + " " + refused.Message;
        }
    }
}
