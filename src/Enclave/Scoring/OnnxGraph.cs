namespace Sandbox.Enclave.Scoring;

/// <summary>The graph of an ONNX file: one input of features and a few operators. Constants, functions and external data are refused. Source: onnx/onnx.proto.</summary>
/// <param name="Input">Name of the only input.</param>
/// <param name="Features">Its columns.</param>
/// <param name="Wide">Whether the input is a tensor of 64-bit numbers.</param>
internal sealed record OnnxGraph(string Input, int Features, bool Wide, IReadOnlyList<OnnxNode> Nodes, IReadOnlyList<string> Outputs)
{
    private const int MostNodes = 32, MostNumbers = 1 << 21, Float = 1, Double = 11;

    public static OnnxGraph Read(ReadOnlySpan<byte> bytes)
    {
        OnnxGraph? graph = null;
        for (var model = new ProtoReader(bytes); model.Next();)
        {
            switch (model.Field)
            {
                case 7 when graph is null:
                    graph = ReadGraph(model.ReadBytes());
                    break;
                case 1 or 2 or 3 or 4 or 5 or 6 or 8 or 14: // versions, producer, words
                    model.Skip();
                    break;
                default:
                    throw new MalformedParametersException("a part of a model file that this version does not know: only one graph of plain operators is taken");
            }
        }

        return graph ?? throw new MalformedParametersException("no graph");
    }

    private static OnnxGraph ReadGraph(ReadOnlySpan<byte> bytes)
    {
        List<OnnxNode> nodes = [];
        List<string> outputs = [];
        (string Name, int Features, bool Wide)? input = null;
        for (var graph = new ProtoReader(bytes); graph.Next();)
        {
            switch (graph.Field)
            {
                case 1 when nodes.Count < MostNodes:
                    nodes.Add(ReadNode(graph.ReadBytes()));
                    break;
                case 11 when input is null:
                    input = ReadInput(graph.ReadBytes());
                    break;
                case 12 when outputs.Count < MostNodes:
                    outputs.Add(ReadName(graph.ReadBytes()));
                    break;
                case 2 or 10 or 13: // name, words, shapes between operators
                    graph.Skip();
                    break;
                default:
                    throw new MalformedParametersException("a graph with several inputs, constants of its own or more than 32 operators; export with one input of all features");
            }
        }

        return input is { } found ? new(found.Name, found.Features, found.Wide, nodes, outputs) : throw new MalformedParametersException("a graph without input");
    }

    private static string ReadName(ReadOnlySpan<byte> valueInfo)
    {
        for (var value = new ProtoReader(valueInfo); value.Next();)
        {
            if (value.Field == 1)
            {
                return value.ReadText();
            }

            value.Skip();
        }

        throw new MalformedParametersException("a value without a name");
    }

    /// <summary>ValueInfo{name 1, type 2: Type{tensor 1: Tensor{elem_type 1, shape 2: Shape{dim 1: {value 1 | param 2}}}}}.</summary>
    private static (string Name, int Features, bool Wide) ReadInput(ReadOnlySpan<byte> valueInfo)
    {
        var element = 0L;
        List<long> shape = [];
        var tensor = Part(Part(valueInfo, 2), 1);
        for (var reader = new ProtoReader(tensor); reader.Next();)
        {
            switch (reader.Field)
            {
                case 1:
                    element = reader.ReadInt64();
                    break;
                case 2:
                    for (var dimensions = new ProtoReader(reader.ReadBytes()); dimensions.Next();)
                    {
                        shape.Add(dimensions.Field == 1 ? DimensionOf(dimensions.ReadBytes()) : throw new MalformedParametersException("a shape that is none"));
                    }

                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return element is Float or Double && shape is [_, >= 1 and <= 256]
            ? (ReadName(valueInfo), (int)shape[1], element == Double)
            : throw new MalformedParametersException("an input that is no table of 1 to 256 float or double features");
    }

    private static long DimensionOf(ReadOnlySpan<byte> dimension)
    {
        for (var reader = new ProtoReader(dimension); reader.Next();)
        {
            if (reader.Field == 1)
            {
                return reader.ReadInt64();
            }

            reader.Skip();
        }

        return 0;
    }

    private static ReadOnlySpan<byte> Part(ReadOnlySpan<byte> message, int field)
    {
        for (var reader = new ProtoReader(message); reader.Next();)
        {
            if (reader.Field == field)
            {
                return reader.ReadBytes();
            }

            reader.Skip();
        }

        throw new MalformedParametersException("an input that is no table");
    }

    private static OnnxNode ReadNode(ReadOnlySpan<byte> bytes)
    {
        List<string> inputs = [], outputs = [];
        var (operation, domain) = ("", "");
        var attributes = new Dictionary<string, OnnxAttribute>(StringComparer.Ordinal);
        for (var node = new ProtoReader(bytes); node.Next();)
        {
            switch (node.Field)
            {
                case 1 or 2 when inputs.Count + outputs.Count < 16:
                    (node.Field == 1 ? inputs : outputs).Add(node.ReadText());
                    break;
                case 4:
                    operation = node.ReadText();
                    break;
                case 5:
                    var (name, value) = ReadAttribute(node.ReadBytes());
                    if (!attributes.TryAdd(name, value))
                    {
                        throw new MalformedParametersException("an attribute that is given twice");
                    }

                    break;
                case 7:
                    domain = node.ReadText();
                    break;
                case 3 or 6:
                    node.Skip();
                    break;
                default:
                    throw new MalformedParametersException("an operator with more than 16 values, or with a part that this version does not know");
            }
        }

        return new(domain, operation, inputs, outputs, attributes);
    }

    private static (string Name, OnnxAttribute Value) ReadAttribute(ReadOnlySpan<byte> bytes)
    {
        var name = "";
        var wide = false;
        List<double> numbers = [];
        List<long> integers = [];
        List<string> texts = [];
        for (var attribute = new ProtoReader(bytes); attribute.Next();)
        {
            switch (attribute.Field)
            {
                case 1:
                    name = attribute.ReadText();
                    break;
                case 2 or 7:
                    attribute.ReadSingles(numbers, MostNumbers);
                    break;
                case 3 or 8:
                    attribute.ReadInt64s(integers, MostNumbers);
                    break;
                case 4 or 9 when texts.Count < MostNumbers:
                    texts.Add(Interned(attribute.ReadText()));
                    break;
                case 5:
                    ReadTensor(attribute.ReadBytes(), numbers);
                    wide = true;
                    break;
                case 13 or 20:
                    attribute.Skip();
                    break;
                default:
                    throw new MalformedParametersException("an attribute of a kind that this version does not know");
            }
        }

        return (name, new(numbers, integers, texts, wide));
    }

    /// <summary>Modes of nodes come by the million: one object for each.</summary>
    private static string Interned(string text) => string.IsInterned(text) ?? text;

    private static void ReadTensor(ReadOnlySpan<byte> bytes, List<double> numbers)
    {
        var type = 0L;
        for (var tensor = new ProtoReader(bytes); tensor.Next();)
        {
            switch (tensor.Field)
            {
                case 2:
                    type = tensor.ReadInt64();
                    break;
                case 10 when type == Double:
                    tensor.ReadDoubles(numbers, MostNumbers);
                    break;
                case 9 when type == Double:
                    var raw = tensor.ReadBytes();
                    if (raw.Length % 8 != 0 || raw.Length / 8 > MostNumbers)
                    {
                        throw new MalformedParametersException("a tensor whose bytes are no numbers, or too many");
                    }

                    for (; !raw.IsEmpty; raw = raw[8..])
                    {
                        numbers.Add(System.Buffers.Binary.BinaryPrimitives.ReadDoubleLittleEndian(raw));
                    }

                    break;
                case 1 or 8 or 12:
                    tensor.Skip();
                    break;
                default:
                    throw new MalformedParametersException("a tensor that is no list of 64-bit numbers in the file itself");
            }
        }
    }
}
