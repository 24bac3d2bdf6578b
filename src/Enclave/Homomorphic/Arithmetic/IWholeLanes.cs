namespace Sandbox.Enclave.Homomorphic.Arithmetic;

/// <summary>Whole numbers of 64 bits, several at a time: what the transform modulo the plain modulus needs. All wrap at 2^64.</summary>
/// <typeparam name="TVector">The vector.</typeparam>
internal interface IWholeLanes<TVector>
    where TVector : struct
{
    /// <summary>Numbers at a time.</summary>
    static abstract int Count { get; }

    static abstract TVector Load(ref readonly ulong source, nuint index);

    static abstract void Store(TVector value, ref ulong target, nuint index);

    static abstract TVector Broadcast(ulong value);

    static abstract TVector Add(TVector a, TVector b);

    static abstract TVector Subtract(TVector a, TVector b);

    /// <summary>x − bound where x is at least that much, else x; both below 2^63.</summary>
    static abstract TVector SubtractOnce(TVector x, TVector bound);

    /// <summary>
    /// x·factor − m·p, where m is at most three less than the high half of x·quotient: it is put together from three products of 32 bits and
    /// the fourth left out. With a factor's own quotient that is x·factor mod p and below 4p, for any x.
    /// </summary>
    static abstract TVector Product(TVector x, TVector factor, TVector quotient, TVector p);

    /// <summary>Rows to columns of a square block of <see cref="Count"/> vectors.</summary>
    static abstract void Transpose(ref ulong block);
}
