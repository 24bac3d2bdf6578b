using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Serilog.Events;
using Serilog.Formatting;

namespace Sandbox.Host.Logs;

/// <summary>
/// The redaction rule: a log is an exit, so a line holds the fixed template text, names of registered things and numbers, and nothing else.
/// Texts under other names, texts that do not look like a name, objects and the messages of exceptions are replaced by <c>[redacted]</c>.
/// </summary>
public sealed partial class RedactingFormatter : ITextFormatter
{
    /// <summary>Property names that may carry the name of a registered thing or a closed word.</summary>
    private static readonly HashSet<string> Named = new(StringComparer.Ordinal)
    {
        "Verb", "Rule", "Status", "Reason", "Kind", "Zone", "Scenario", "Model", "Run", "Round", "DataSet", "Step", "Error",
    };

    public void Format(LogEvent logEvent, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(logEvent);
        ArgumentNullException.ThrowIfNull(output);
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("at", logEvent.Timestamp.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
            writer.WriteString("level", logEvent.Level.ToString());
            writer.WriteString("event", logEvent.MessageTemplate.Text);
            foreach (var (name, value) in logEvent.Properties)
            {
                Write(writer, name, value);
            }

            if (logEvent.Exception is { } error)
            {
                writer.WriteString("exception", error.GetType().Name);
            }

            writer.WriteEndObject();
        }

        output.WriteLine(System.Text.Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
    }

    private static void Write(Utf8JsonWriter writer, string name, LogEventPropertyValue value)
    {
        if (value is not ScalarValue { Value: { } scalar })
        {
            writer.WriteString(name, "[redacted]");
            return;
        }

        switch (scalar)
        {
            case bool flag:
                writer.WriteBoolean(name, flag);
                break;
            case int number:
                writer.WriteNumber(name, number);
                break;
            case long number:
                writer.WriteNumber(name, number);
                break;
            case TimeSpan span:
                writer.WriteNumber(name, (long)span.TotalMilliseconds);
                break;
            case string text when Named.Contains(name) && NameLike().IsMatch(text):
                writer.WriteString(name, text);
                break;
            default:
                writer.WriteString(name, "[redacted]");
                break;
        }
    }

    // Names are short and have no room for a record; digits alone are bounded so that no identity number passes as a name.
    [GeneratedRegex(@"^(?!.*[0-9]{6})[A-Za-z0-9][A-Za-z0-9._-]{0,63}\z", RegexOptions.CultureInvariant)]
    private static partial Regex NameLike();
}
