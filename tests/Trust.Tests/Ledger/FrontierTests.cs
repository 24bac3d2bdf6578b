namespace Sandbox.Trust.Tests;

/// <summary>Appending many leaves at once gives the tree, the frontier and the completed subtrees that appending them one by one gives.</summary>
public sealed class FrontierTests
{
    public static TheoryData<string> Suites => ["nist", "sm"];

    [Theory]
    [MemberData(nameof(Suites))]
    public void Any_split_into_batches_gives_the_same_tree(string suite)
    {
        var hasher = new TreeHasher(Suite.ByName(suite));
        for (var before = 0; before <= 40; before++)
        {
            for (var count = 1; count <= 70; count += count < 20 ? 1 : 7)
            {
                var (one, all) = (new Frontier(hasher), new Frontier(hasher));
                var (ones, alls) = (new List<string>(), new List<string>());
                for (var i = 0; i < before; i++)
                {
                    one.Append(Leaf(hasher, i));
                }

                if (before > 0)
                {
                    all.AppendAll(Leaves(hasher, 0, before));
                }

                for (var i = before; i < before + count; i++)
                {
                    one.Append(Leaf(hasher, i), (height, index, hash) => ones.Add($"{height} {index} {Convert.ToHexString(hash)}"));
                }

                all.AppendAll(Leaves(hasher, before, count), (height, index, hash) => alls.Add($"{height} {index} {Convert.ToHexString(hash)}"));
                Assert.Equal(one.Size, all.Size);
                Assert.Equal(one.ToBytes(), all.ToBytes());
                Assert.Equal(one.Root(), all.Root());
                Assert.Equal(ones.Order(StringComparer.Ordinal), alls.Order(StringComparer.Ordinal));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void Leaves_of_any_length_hashed_together_are_those_hashed_alone(string suite)
    {
        var hasher = new TreeHasher(Suite.ByName(suite));
        var random = new Random(7);
        for (var count = 0; count <= 40; count++)
        {
            var entries = Enumerable.Range(0, count).Select(_ =>
            {
                var bytes = new byte[random.Next(4) == 0 ? random.Next(3) : random.Next(300)];
                random.NextBytes(bytes);
                return bytes;
            }).ToArray();
            Assert.Equal(entries.SelectMany(entry => hasher.Leaf(entry)), hasher.Leaves(entries));
        }

        // Every length around the ends of blocks.
        var lengths = Enumerable.Range(0, 200).Select(length => Enumerable.Repeat((byte)length, length).ToArray()).ToArray();
        Assert.Equal(lengths.SelectMany(entry => hasher.Leaf(entry)), hasher.Leaves(lengths));
    }

    private static byte[] Leaf(TreeHasher hasher, int i) => hasher.Leaf(BitConverter.GetBytes(i));

    private static byte[] Leaves(TreeHasher hasher, int from, int count) => [.. Enumerable.Range(from, count).SelectMany(i => Leaf(hasher, i))];
}
