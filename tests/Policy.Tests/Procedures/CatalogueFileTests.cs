using System.Text;
using System.Text.Json.Nodes;
using Sandbox.Policy.Catalogues;

namespace Sandbox.Policy.Tests.Procedures;

public sealed class CatalogueFileTests
{
    private const string Complete = """
        {"entry":"roads","data_set":"roads","operation":true,"registration":"R-17","requirements_on_use":"name the source",
         "resource":{"data_form":"table","shared_content":"road works","sharing_attribute":"conditional","sharing_conditions":"statutory duty","sharing_scope":"city departments","openness_attribute":"conditional",
           "update_frequency":"monthly","collecting_department":"transport","verifying_department":"transport","supplying_department":"transport"},
         "open":{"name":"Road works","opening_body":"transport","openness_attribute":"conditional","format":"CSV","type":"traffic","update_frequency":"monthly"}}
        """;

    [Fact]
    public void Each_missing_or_blank_field_is_named_and_the_complete_entry_is_read()
    {
        Assert.Equal((10, 6), (CatalogueFile.ResourceFields.Count, CatalogueFile.OpenFields.Count));
        Assert.NotNull(Read(Complete).Read);
        foreach (var (part, field) in CatalogueFile.ResourceFields.Select(field => ("resource", field)).Concat(CatalogueFile.OpenFields.Select(field => ("open", field))))
        {
            foreach (var blank in new[] { false, true })
            {
                var json = JsonNode.Parse(Complete)!.AsObject();
                json[part]!.AsObject().Remove(field);
                if (blank)
                {
                    json[part]![field] = " ";
                }

                var (read, faults) = Read(json.ToJsonString());
                Assert.Null(read);
                Assert.Contains(faults, fault => fault.Rule == "YN23-13-1" && fault.Remedy.Contains($"$.{part}.{field}", StringComparison.Ordinal));
            }
        }
    }

    [Fact]
    public void All_faults_come_in_one_pass()
    {
        var json = JsonNode.Parse(Complete)!.AsObject();
        json.Remove("requirements_on_use");
        json["entry"] = "Roads!";
        json["resource"]!["sharing_attribute"] = "maybe";
        json["resource"]!["note"] = "x";
        json["open"]!["update_frequency"] = "weekly";
        json["open"]!.AsObject().Remove("format");
        var (read, faults) = Read(json.ToJsonString());
        Assert.Null(read);
        foreach (var path in new[] { "$.requirements_on_use", "$.entry", "$.resource.sharing_attribute (one of", "$.resource.note", "$.open.update_frequency (not as", "$.open.format" })
        {
            Assert.Contains(faults, fault => fault.Why.Contains(path, StringComparison.Ordinal));
        }

        foreach (var text in new[] { "", "[]", "{}", "{\"entry\":\"a\",\"entry\":\"b\"}" })
        {
            Assert.Null(Read(text).Read);
        }
    }

    private static (CatalogueFile? Read, IReadOnlyList<Refusal> Faults) Read(string text) => CatalogueFile.FromUntrusted(Encoding.UTF8.GetBytes(text));
}
