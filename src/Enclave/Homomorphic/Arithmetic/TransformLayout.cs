namespace Sandbox.Enclave.Homomorphic.Arithmetic;

/// <summary>
/// How a transformed polynomial lies in memory. The last stages of the transform pair neighbours, which vectors can't; so blocks of
/// L × L numbers are transposed before these stages and stay so, for products go number by number. L is the number of lanes, 1 for the
/// scalar path, which keeps the bit-reversed order that SEAL's format has.
/// </summary>
/// <param name="Lanes">1, 4 or 8.</param>
internal readonly record struct TransformLayout(int Lanes)
{
    /// <summary>Where the number at <paramref name="index"/> of the bit-reversed order lies.</summary>
    public int Position(int index)
    {
        var (block, inside) = (index / (Lanes * Lanes), index % (Lanes * Lanes));
        return (block * Lanes * Lanes) + (inside % Lanes * Lanes) + (inside / Lanes);
    }

    /// <summary>Changes between the layout and the bit-reversed order; twice is none.</summary>
    public void Transpose<T>(Span<T> values)
    {
        for (var block = 0; block < values.Length; block += Lanes * Lanes)
        {
            for (var row = 0; row < Lanes; row++)
            {
                for (var column = row + 1; column < Lanes; column++)
                {
                    ref var one = ref values[block + (row * Lanes) + column];
                    ref var other = ref values[block + (column * Lanes) + row];
                    (one, other) = (other, one);
                }
            }
        }
    }

    /// <summary>
    /// Puts the factors of the transform into the order of their use: those of the first stages as they are, then for each block of
    /// L × L numbers the factors of its last stages, one vector for each butterfly of vectors.
    /// </summary>
    /// <param name="powers">root^bitreverse(k), n of them.</param>
    public ulong[] Order(ReadOnlySpan<ulong> powers)
    {
        var degree = powers.Length;
        var ordered = powers.ToArray();
        var at = degree / Lanes;
        for (var block = 0; block < degree / (Lanes * Lanes); block++)
        {
            // The stage with distance Lanes/2 has one factor for each row, the next two, and so on.
            for (var factors = 1; factors < Lanes; factors *= 2)
            {
                for (var which = 0; which < factors; which++)
                {
                    for (var row = 0; row < Lanes; row++)
                    {
                        ordered[at++] = powers[(degree / Lanes * factors) + (((block * Lanes) + row) * factors) + which];
                    }
                }
            }
        }

        return ordered;
    }
}
