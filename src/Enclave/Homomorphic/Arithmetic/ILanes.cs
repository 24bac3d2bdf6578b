namespace Sandbox.Enclave.Homomorphic.Arithmetic;

/// <summary>Doubles side by side in one register, as the instruction sets have them.</summary>
internal interface ILanes<TVector>
    where TVector : struct
{
    /// <summary>How many, 4 or 8.</summary>
    static abstract int Count { get; }

    static abstract TVector Load(ref readonly double source, nuint index);

    static abstract void Store(TVector value, ref double target, nuint index);

    static abstract TVector Broadcast(double value);

    static abstract TVector Add(TVector a, TVector b);

    static abstract TVector Subtract(TVector a, TVector b);

    static abstract TVector Multiply(TVector a, TVector b);

    /// <summary>a·b − c, rounded once.</summary>
    static abstract TVector MultiplySubtract(TVector a, TVector b, TVector c);

    /// <summary>c − a·b, rounded once.</summary>
    static abstract TVector NegatedMultiplyAdd(TVector a, TVector b, TVector c);

    /// <summary>To the nearest whole number.</summary>
    static abstract TVector Round(TVector value);

    /// <summary>value where it is not negative, else value + q.</summary>
    static abstract TVector AddWhereNegative(TVector value, TVector q);

    /// <summary>Whole numbers below 2^52 to doubles.</summary>
    static abstract TVector LoadWhole(ref readonly ulong source, nuint index);

    /// <summary>Whole numbers from 0 to 2^52 out of doubles.</summary>
    static abstract void StoreWhole(TVector value, ref ulong target, nuint index);

    /// <summary>target += y·factor + quotient in 64 bits, for whole |y| and |quotient| below 2^51.</summary>
    static abstract void AddProduct(TVector y, long factor, TVector quotient, ref long target, nuint index);

    /// <summary>Transposes Count × Count doubles in place.</summary>
    static abstract void Transpose(ref double block);
}
