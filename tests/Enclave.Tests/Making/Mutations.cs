namespace Sandbox.Enclave.Tests.Making;

/// <summary>Modules with a few changed, added or removed bytes: the same ones for the same seed.</summary>
internal static class Mutations
{
    public static IEnumerable<byte[]> Of(IReadOnlyList<byte[]> seeds, int count, ulong state)
    {
        for (var i = 0; i < count; i++)
        {
            var mutated = seeds[i % seeds.Count].ToList();
            for (var change = 0; change <= i % 3; change++)
            {
                // Every second one near the start, where the sections' heads are.
                var at = (int)(Next(ref state) % (ulong)(i % 2 == 0 ? Math.Min(300, mutated.Count) : mutated.Count));
                switch (Next(ref state) % 8)
                {
                    case 0:
                        mutated.RemoveAt(at);
                        break;
                    case 1:
                        mutated.Insert(at, (byte)(Next(ref state) & 0xFF));
                        break;
                    case 2 or 3:
                        mutated[at] = unchecked((byte)(mutated[at] + 1));
                        break;
                    default:
                        mutated[at] = (byte)(Next(ref state) & 0xFF);
                        break;
                }
            }

            yield return [.. mutated];
        }
    }

    /// <summary>A fixed linear congruence.</summary>
    public static ulong Next(ref ulong state)
    {
        state = unchecked((state * 6364136223846793005) + 1442695040888963407);
        return state >> 33;
    }
}
