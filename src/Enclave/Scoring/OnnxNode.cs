namespace Sandbox.Enclave.Scoring;

/// <summary>One operator of an ONNX graph with its attributes; each attribute has one of the lists.</summary>
internal sealed record OnnxNode(string Domain, string Operator, IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs, IReadOnlyDictionary<string, OnnxAttribute> Attributes)
{
    /// <summary>Refuses attributes that this reader does not know: they might change what the operator does.</summary>
    public void Expect(params ReadOnlySpan<string> names)
    {
        foreach (var name in Attributes.Keys)
        {
            if (!names.Contains(name))
            {
                throw new MalformedParametersException($"an attribute of {Operator} that this version does not know");
            }
        }
    }

    public IReadOnlyList<double> Numbers(string name) => Attributes.TryGetValue(name, out var value) ? value.Numbers : [];

    /// <summary>The 32-bit list of that name, or the 64-bit one with <c>_as_tensor</c> behind it; never both.</summary>
    public IReadOnlyList<double> Either(string name)
    {
        var (narrow, wide) = (Numbers(name), Numbers(name + "_as_tensor"));
        return narrow.Count == 0 ? wide : wide.Count == 0 ? narrow : throw new MalformedParametersException("a list of numbers that is given twice");
    }

    public IReadOnlyList<long> Integers(string name) => Attributes.TryGetValue(name, out var value) ? value.Integers : [];

    public IReadOnlyList<string> Texts(string name) => Attributes.TryGetValue(name, out var value) ? value.Texts : [];

    public string Text(string name, string otherwise) => Texts(name) switch { [] => otherwise, [var one] => one, _ => throw new MalformedParametersException("several words where one is expected") };

    public long Integer(string name, long otherwise) => Integers(name) switch { [] => otherwise, [var one] => one, _ => throw new MalformedParametersException("several numbers where one is expected") };
}

/// <param name="Wide">Whether the numbers are 64-bit ones.</param>
internal sealed record OnnxAttribute(IReadOnlyList<double> Numbers, IReadOnlyList<long> Integers, IReadOnlyList<string> Texts, bool Wide);
