using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Sandbox.Host.Commands;
using Sandbox.Jail;

namespace Sandbox.Host.Service;

/// <summary>
/// The words of a request as the command line would have them. Values never become options: each stands behind its option's name in one token, or behind the mark that ends
/// options. Files are content in the request, kept in memory files; a path of this machine can't be named.
/// </summary>
internal sealed class OperationWords : IDisposable
{
    private const int LongestText = 1 << 18, MostValues = 1000;
    private readonly List<string> _options = [];
    private readonly List<(Symbol Argument, string Value)> _arguments = [];
    private readonly List<SealedMemory> _files = [];

    private OperationWords()
    {
    }

    /// <summary>Names that were given, with their values, for the check of whose they are.</summary>
    public List<(Word Word, string Value)> Given { get; } = [];

    /// <summary>Tokens behind the verb.</summary>
    public IEnumerable<string> Tokens(Command command) => _arguments.Count == 0
        ? _options
        : [.. _options, "--", .. command.Arguments.SelectMany(argument => _arguments.Where(given => given.Argument == argument).Select(given => given.Value))];

    /// <summary>Reads a JSON object; null where a name is unknown, a value is of the wrong form, or too much was given.</summary>
    public static OperationWords? Read(Operation operation, VerbCommand command, JsonElement body)
    {
        var words = new OperationWords();
        try
        {
            if (body.ValueKind == JsonValueKind.Object)
            {
                foreach (var property in body.EnumerateObject())
                {
                    if (operation.Words.FirstOrDefault(word => word.Key == property.Name) is not { } word || !words.Take(word, command, property.Value))
                    {
                        return words.Nothing();
                    }
                }

                return words;
            }

            return words.Nothing();
        }
        catch
        {
            words.Dispose();
            throw;
        }
    }

    /// <summary>Reads a query string in the same way: every value is text.</summary>
    public static OperationWords? Read(Operation operation, VerbCommand command, IEnumerable<(string Key, string Value)> query)
    {
        var words = new OperationWords();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (key, value) in query)
        {
            if (operation.Words.FirstOrDefault(word => word.Key == key) is not { } word || !seen.Add(key) || !words.TakeText(word, Symbol(command, word), value))
            {
                return words.Nothing();
            }
        }

        return words;
    }

    public void Dispose()
    {
        foreach (var file in _files)
        {
            file.Dispose();
        }
    }

    /// <summary>The option or argument that a word stands for.</summary>
    public static Symbol Symbol(Command command, Word word) =>
        command.Arguments.FirstOrDefault(argument => argument.Name == word.Name) as Symbol
        ?? command.Options.FirstOrDefault(option => option.Name == "--" + word.Name)
        ?? throw new InvalidOperationException("An operation names a word that its verb does not have.");

    public static Type TypeOf(Symbol symbol) => symbol is Option option ? option.ValueType : ((Argument)symbol).ValueType;

    /// <summary>Whether a word is content in the request; the path of a model is, too.</summary>
    public static bool IsContent(Symbol symbol) => TypeOf(symbol) == typeof(FileInfo) || symbol.Name == "path";

    private OperationWords? Nothing()
    {
        Dispose();
        return null;
    }

    private bool Take(Word word, VerbCommand command, JsonElement value)
    {
        var symbol = Symbol(command, word);
        if (IsContent(symbol))
        {
            return TakeContent(symbol, value);
        }

        if (TypeOf(symbol) == typeof(string[]))
        {
            return value.ValueKind == JsonValueKind.Array && value.GetArrayLength() <= MostValues
                && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String && TakeText(word, symbol, item.GetString()!));
        }

        return value.ValueKind switch
        {
            JsonValueKind.Null => true,
            JsonValueKind.True or JsonValueKind.False when TypeOf(symbol) == typeof(bool) => TakeText(word, symbol, value.GetBoolean() ? "true" : "false"),
            JsonValueKind.Number when TypeOf(symbol) != typeof(string) => TakeText(word, symbol, value.GetRawText()),
            JsonValueKind.String when TypeOf(symbol) == typeof(string) => TakeText(word, symbol, value.GetString()!),
            // An object stands for its own text: parameters of a model are one.
            JsonValueKind.Object when TypeOf(symbol) == typeof(string) => TakeText(word, symbol, value.GetRawText()),
            _ => false,
        };
    }

    private bool TakeText(Word word, Symbol symbol, string value)
    {
        if (value.Length > LongestText || value.Contains('\0', StringComparison.Ordinal) || IsContent(symbol))
        {
            return false;
        }

        var type = Nullable.GetUnderlyingType(TypeOf(symbol)) ?? TypeOf(symbol);
        if (type == typeof(bool))
        {
            if (value is not ("true" or "false"))
            {
                return false;
            }

            if (value == "true")
            {
                _options.Add(symbol.Name);
            }

            return true;
        }

        if ((type == typeof(int) && !int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
            || (type == typeof(long) && !long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
            || (type == typeof(double) && !(double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))))
        {
            return false;
        }

        Given.Add((word, value));
        Put(symbol, value);
        return true;
    }

    private bool TakeContent(Symbol symbol, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            return true;
        }

        if (value.ValueKind != JsonValueKind.Object || value.EnumerateObject().Count() != 1)
        {
            return false;
        }

        var (form, content) = value.EnumerateObject().Select(item => (item.Name, item.Value)).Single();
        byte[]? bytes = form switch
        {
            "json" => Encoding.UTF8.GetBytes(content.GetRawText()),
            "text" when content.ValueKind == JsonValueKind.String => Encoding.UTF8.GetBytes(content.GetString()!),
            "base64" when content.ValueKind == JsonValueKind.String => content.TryGetBytesFromBase64(out var decoded) ? decoded : null,
            _ => null,
        };
        if (bytes is null)
        {
            return false;
        }

        var file = SealedMemory.Of("request", target => target.Write(bytes));
        _files.Add(file);
        Put(symbol, string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{file.Handle.DangerousGetHandle()}"));
        return true;
    }

    private void Put(Symbol symbol, string value)
    {
        if (symbol is Argument)
        {
            _arguments.Add((symbol, value));
        }
        else
        {
            _options.Add($"{symbol.Name}={value}");
        }
    }
}
