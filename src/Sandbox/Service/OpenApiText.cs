using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sandbox.Host.Commands;

namespace Sandbox.Host.Service;

/// <summary>The service's description (OpenAPI 3.1), made from the same table and the same verbs that answer, so that it can't say anything else.</summary>
internal static class OpenApiText
{
    public static byte[] Of(OperationRunner runner, ServiceSettings settings)
    {
        var paths = new JsonObject
        {
            ["/v1/session"] = Session(),
            ["/v1/work/{id}"] = new JsonObject
            {
                ["parameters"] = new JsonArray(Parameter("id", "path", true, "What Location named", Text())),
                ["get"] = Described("work.show", "Look at work that goes on: 202 while it runs, then its answer.", ("202", "It runs")),
                ["delete"] = Described("work.stop", "Stop it; what it began is cleaned up.", ("202", "It is being stopped")),
            },
            ["/v1/work/{id}/events"] = new JsonObject
            {
                ["parameters"] = new JsonArray(Parameter("id", "path", true, "What Location named", Text())),
                ["get"] = Described("work.watch", "Follow it by server-sent events: progress, then end.", ("200", "text/event-stream")),
            },
        };
        foreach (var operation in Operations.All)
        {
            paths[operation.Path] = new JsonObject { [operation.Reads ? "get" : "post"] = Of(operation, runner.Command(operation)) };
        }

        return JsonSerializer.SerializeToUtf8Bytes(new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject
            {
                ["title"] = "Sandbox",
                ["version"] = "v1",
                ["description"] = "The runtime of an authorised operation domain (授权运营域). The words of each operation are those of the command line. What an answer shows is bounded and recorded; nothing leaves but releases.",
            },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = "/" }),
            ["security"] = new JsonArray(new JsonObject { ["session"] = new JsonArray() }, new JsonObject { ["token"] = new JsonArray() }),
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["securitySchemes"] = new JsonObject
                {
                    ["session"] = new JsonObject { ["type"] = "apiKey", ["in"] = "cookie", ["name"] = settings.Cookie },
                    ["token"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer" },
                },
                ["schemas"] = new JsonObject { ["Content"] = Content(), ["Problem"] = Problem(), ["Done"] = Done() },
            },
        });
    }

    private static JsonObject Of(Operation operation, VerbCommand command)
    {
        var described = Described(operation.Act, command.Description ?? "", ("200", "Done"));
        described["tags"] = new JsonArray(operation.Group);
        described["responses"]!["200"]!["content"] = Json("#/components/schemas/Done");
        described["x-example"] = string.Join('\n', command.Examples.Where(example => !example.StartsWith('#')).Select(example => "sandbox " + example));
        if (operation.InPerson)
        {
            described["security"] = new JsonArray(new JsonObject { ["session"] = new JsonArray() });
        }

        if (operation.Heavy)
        {
            described["parameters"] = new JsonArray(Parameter("Prefer", "header", false, "respond-async: answer 202 with the work's address at once", Text()));
            described["responses"]!["202"] = new JsonObject { ["description"] = "It goes on; Location names where to look" };
        }

        var required = operation.Words.Where(word => Required(OperationWords.Symbol(command, word))).Select(word => word.Key).ToArray();
        if (operation.Reads)
        {
            var parameters = described["parameters"] as JsonArray ?? [];
            foreach (var word in operation.Words)
            {
                var symbol = OperationWords.Symbol(command, word);
                parameters.Add((JsonNode)Parameter(word.Key, "query", required.Contains(word.Key), symbol.Description ?? word.Name, Schema(symbol)));
            }

            described["parameters"] = parameters;
            return described;
        }

        described["requestBody"] = new JsonObject
        {
            ["required"] = true,
            ["content"] = new JsonObject
            {
                ["application/json"] = new JsonObject
                {
                    ["schema"] = new JsonObject
                    {
                        ["type"] = "object",
                        ["additionalProperties"] = false,
                        ["required"] = new JsonArray([.. required.Select(name => (JsonNode)name)]),
                        ["properties"] = new JsonObject(operation.Words.Select(word => KeyValuePair.Create(word.Key, (JsonNode?)Described(OperationWords.Symbol(command, word))))),
                    },
                },
            },
        };
        return described;
    }

    private static bool Required(Symbol symbol) => symbol is Option option ? option.Required : ((Argument)symbol).Arity.MinimumNumberOfValues > 0;

    private static JsonObject Described(Symbol symbol)
    {
        var schema = Schema(symbol);
        if (symbol.Description is { Length: > 0 } words)
        {
            schema["description"] = words;
        }

        return schema;
    }

    private static JsonObject Schema(Symbol symbol)
    {
        if (OperationWords.IsContent(symbol))
        {
            return new() { ["$ref"] = "#/components/schemas/Content" };
        }

        var type = Nullable.GetUnderlyingType(OperationWords.TypeOf(symbol)) ?? OperationWords.TypeOf(symbol);
        return type == typeof(string[]) ? new() { ["type"] = "array", ["items"] = Text() }
            : type == typeof(bool) ? new() { ["type"] = "boolean" }
            : type == typeof(int) || type == typeof(long) ? new() { ["type"] = "integer" }
            : type == typeof(double) ? new() { ["type"] = "number" }
            : Text();
    }

    private static JsonObject Session() => new()
    {
        ["post"] = With(Described("session.open", "Sign in. The session is in a cookie; it is over after fifteen minutes without use and after eight hours.", ("200", "Signed in")), body: new JsonObject
        {
            ["type"] = "object",
            ["additionalProperties"] = false,
            ["required"] = new JsonArray("person", "password"),
            ["properties"] = new JsonObject { ["person"] = Text(), ["password"] = Text(), ["code"] = Text(), ["token"] = Text(), ["for"] = Text() },
        }),
        ["get"] = Described("session.who", "Who acts here.", ("200", "Somebody")),
        ["delete"] = Described("session.close", "Sign out.", ("204", "Signed out")),
    };

    private static JsonObject With(JsonObject operation, JsonObject body)
    {
        operation["security"] = new JsonArray();
        operation["requestBody"] = new JsonObject { ["required"] = true, ["content"] = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = body } } };
        return operation;
    }

    private static JsonObject Described(string id, string summary, (string Status, string Words) good) => new()
    {
        ["operationId"] = id,
        ["summary"] = summary,
        ["responses"] = new JsonObject
        {
            [good.Status] = new JsonObject { ["description"] = good.Words },
            ["default"] = new JsonObject
            {
                ["description"] = "Refused, malformed or failed; every refusal names its rule and what to do",
                ["content"] = new JsonObject { ["application/problem+json"] = new JsonObject { ["schema"] = new JsonObject { ["$ref"] = "#/components/schemas/Problem" } } },
            },
        },
    };

    private static JsonObject Json(string schema) => new() { ["application/json"] = new JsonObject { ["schema"] = new JsonObject { ["$ref"] = schema } } };

    private static JsonObject Parameter(string name, string place, bool required, string words, JsonObject schema) =>
        new() { ["name"] = name, ["in"] = place, ["required"] = required, ["description"] = words, ["schema"] = schema };

    private static JsonObject Text() => new() { ["type"] = "string" };

    private static JsonObject Content() => new()
    {
        ["description"] = "A file's content: as JSON, as text or as base64; exactly one of them",
        ["type"] = "object",
        ["additionalProperties"] = false,
        ["minProperties"] = 1,
        ["maxProperties"] = 1,
        ["properties"] = new JsonObject { ["json"] = new JsonObject(), ["text"] = Text(), ["base64"] = new JsonObject { ["type"] = "string", ["contentEncoding"] = "base64" } },
        ["examples"] = new JsonArray(new JsonObject { ["text"] = "a,b\n1,2\n" }),
    };

    private static JsonObject Problem() => new()
    {
        ["type"] = "object",
        ["description"] = "RFC 9457, with every refusal's rule",
        ["required"] = new JsonArray("type", "title", "status"),
        ["properties"] = new JsonObject
        {
            ["type"] = Text(), ["title"] = Text(), ["status"] = new JsonObject { ["type"] = "integer" }, ["detail"] = Text(),
            ["refusals"] = new JsonObject
            {
                ["type"] = "array",
                ["items"] = new JsonObject { ["type"] = "object", ["properties"] = new JsonObject { ["rule"] = Text(), ["why"] = Text(), ["remedy"] = Text(), ["why_zh"] = Text(), ["remedy_zh"] = Text() } },
            },
        },
    };

    private static JsonObject Done() => new() { ["type"] = "object", ["required"] = new JsonArray("status"), ["properties"] = new JsonObject { ["status"] = new JsonObject { ["const"] = "done" } } };
}
