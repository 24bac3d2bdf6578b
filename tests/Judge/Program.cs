namespace Sandbox.Judge;

/// <summary>Holds the product against outside case files: one JSON line per case, then "N passed, N failed".</summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        if (args.Length < 2 || !Verbs.All.TryGetValue(args[0], out var verb))
        {
            Console.Error.WriteLine($"usage: Judge <verb> <file> [--data FOLDER] [--setup FILE] [--backend managed|seal]   verbs: {string.Join(", ", Verbs.All.Keys.Order(StringComparer.Ordinal))}");
            return 2;
        }

        string Option(string name, string fallback)
        {
            var at = Array.IndexOf(args, name);
            return at >= 0 && at + 1 < args.Length ? args[at + 1] : fallback;
        }

        if (Option("--backend", "") is not ("" or "managed" or "seal"))
        {
            Console.Error.WriteLine("--backend takes managed or seal");
            return 2;
        }

        var output = new CaseOutput(Console.Out);
        verb(new JudgeArguments(args[1], Option("--data", "../shared/data"), Option("--setup", ""), Option("--backend", "")), output);
        return output.Close();
    }
}
