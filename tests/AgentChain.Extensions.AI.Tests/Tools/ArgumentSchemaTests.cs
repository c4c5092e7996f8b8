using System.Text.Json;

namespace AgentChain.Extensions.AI.Tests.Tools;

public sealed class ArgumentSchemaTests
{
    [Theory]
    [InlineData("""{"type":"object","required":["n"]}""", """{}""", "arguments.n is missing")]
    [InlineData("""{"properties":{"n":{"type":"integer"}}}""", """{"n":1.5}""", "arguments.n must be integer, not number")]
    [InlineData("""{"properties":{"n":{"type":"integer"}}}""", """{"n":2.0}""", null)]
    [InlineData("""{"properties":{"n":{"type":"number"}}}""", """{"n":2}""", null)]
    [InlineData("""{"properties":{"n":{"type":["string","null"]}}}""", """{"n":null}""", null)]
    [InlineData("""{"properties":{"n":{"type":["string","null"]}}}""", """{"n":1}""", "arguments.n must be string or null, not integer")]
    [InlineData("""{"properties":{"n":{"enum":["a","b"]}}}""", """{"n":"c"}""", """arguments.n must be one of ["a","b"]""")]
    [InlineData("""{"properties":{"n":{"const":1}}}""", """{"n":1.0}""", null)]
    [InlineData("""{"properties":{"n":{"minimum":1,"maximum":3}}}""", """{"n":4}""", "arguments.n must be at most 3")]
    [InlineData("""{"properties":{"n":{"exclusiveMinimum":1}}}""", """{"n":1}""", "arguments.n must be greater than 1")]
    [InlineData("""{"properties":{"n":{"minLength":2}}}""", """{"n":"x"}""", "arguments.n must have at least 2 characters")]
    [InlineData("""{"properties":{"n":{"maxItems":1,"items":{"type":"string"}}}}""", """{"n":["a",2]}""", "arguments.n must have at most 1 items; arguments.n[1] must be string, not integer")]
    [InlineData("""{"properties":{"n":{}},"additionalProperties":false}""", """{"m":1}""", "arguments.m is not allowed")]
    [InlineData("""{"additionalProperties":{"type":"string"}}""", """{"m":1}""", "arguments.m must be string, not integer")]
    [InlineData("""{"properties":{"n":{"anyOf":[{"type":"string"},{"type":"null"}]}}}""", """{"n":1}""", "arguments.n fits none of the allowed forms")]
    [InlineData("""{"properties":{"n":{"oneOf":[{"type":"integer"},{"type":"number"}]}}}""", """{"n":1}""", "arguments.n must fit exactly one of the allowed forms")]
    [InlineData("""{"properties":{"n":{"$ref":"#/$defs/a"}},"$defs":{"a":{"type":"string"}}}""", """{"n":1}""", "arguments.n must be string, not integer")]
    [InlineData("""{"properties":{"n":{"format":"uuid","x":{}}}}""", """{"n":1}""", null)]
    public void Check_Arguments_TellsEachProblemByItsPlace(string schema, string arguments, string? problem) => Assert.Equal(
        problem ?? "", string.Join("; ", ArgumentSchema.Read("look", JsonElement.Parse(schema)).Check(JsonElement.Parse(arguments))));

    [Fact]
    public void Check_SchemaThatContainsItself_EndsAtADepth()
    {
        ArgumentSchema schema = ArgumentSchema.Read("look", JsonElement.Parse("""{"$ref":"#"}"""));
        Assert.Contains("nested too deeply", Assert.Single(schema.Check(JsonElement.Parse("{}"))), StringComparison.Ordinal);
    }

    [Fact]
    public void Check_ChoicesInsideChoices_EndAfterABoundedNumberOfSteps()
    {
        // Without a bound, 2 to the power of 64 steps.
        ArgumentSchema schema = ArgumentSchema.Read("look", JsonElement.Parse("""{"anyOf":[{"$ref":"#"},{"$ref":"#"}]}"""));
        Assert.Contains("too long to check", Assert.Single(schema.Check(JsonElement.Parse("{}"))), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ReferenceToAnAnchor_LeadsNowhere() => Assert.Contains(
        "leads to no schema",
        Assert.Throws<AgentSetupException>(() => ArgumentSchema.Read("look", JsonElement.Parse("""{"properties":{"n":{"$ref":"#name"}}}"""))).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"b":1.0,"a":[1e2,{"d":null,"c":"x"}]}""", """{"a":[100,{"c":"x","d":null}],"b":1}""")]
    [InlineData("""{"a":0.10,"b":12345678901234567890}""", """{"a":0.1,"b":12345678901234567890}""")]
    public void CanonicalText_EqualArguments_HaveOneForm(string json, string text) => Assert.Equal(text, CanonicalJson.Text(JsonElement.Parse(json)));
}
