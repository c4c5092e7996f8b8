using System.Text.Json;
using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI.Tests.Tools;

public sealed class ToolSetupTests
{
    static readonly ScriptedClient Model = ScriptedClient.Says("yes");

    [Fact]
    public void Tool_TwoOfOneName_AreRefused()
    {
        var error = Assert.Throws<AgentSetupException>(() => Model.AsAgent(a => a.Tool(Function("look")).Tool(Function("look"))));
        Assert.Equal("look", error.Tool);
        Assert.Contains("two tools of the name 'look'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tool_TwoThatDifferInCaseOnly_AreRefused()
    {
        var error = Assert.Throws<AgentSetupException>(() => Model.AsAgent(a => a.Tool(Function("look")).Tool(Function("Look"))));
        Assert.Equal("Look", error.Tool);
        Assert.Contains("'look' and 'Look', which differ only in case", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tool_SchemaOfADisposedDocument_IsRefused()
    {
        JsonElement schema = Gone();
        var error = Assert.Throws<AgentSetupException>(() => Model.AsAgent(a => a.Tool(new Declared("look", () => schema))));
        Assert.IsType<ObjectDisposedException>(error.InnerException);
        Assert.Contains("Declared does not tell its name, its description and its schema", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tool_ServiceThrows_IsRefused() => Assert.IsType<IOException>(
        Assert.Throws<AgentSetupException>(() => Model.AsAgent(a => a.Tool(new Unready()))).InnerException);

    [Fact]
    public void Tool_NullOrNoSetup_IsRefused()
    {
        Assert.Throws<ArgumentNullException>("function", () => Model.AsAgent(a => a.Tool(null!)));
        Assert.Throws<ArgumentNullException>("setup", () => Model.AsAgent(null!));
        Assert.Throws<ArgumentNullException>("client", () => ((IChatClient)null!).AsAgent(_ => { }));
    }

    [Theory]
    [InlineData("[]", "it is array")]
    [InlineData("null", "it is null")]
    [InlineData("{\"type\":\"objekt\"}", "$.type is none of")]
    [InlineData("{\"properties\":{\"n\":{\"type\":7}}}", "$.properties.n.type is none of")]
    [InlineData("{\"required\":\"n\"}", "$.required is not an array of names")]
    [InlineData("{\"properties\":[]}", "$.properties is not an object")]
    [InlineData("{\"properties\":{\"n\":5}}", "$.properties.n is integer instead of a schema")]
    [InlineData("{\"$ref\":\"#/nowhere\"}", "leads to no schema")]
    public void Tool_SchemaCannotBeRead_IsRefused(string schema, string problem)
    {
        var error = Assert.Throws<AgentSetupException>(() => Model.AsAgent(a => a.Tool(Function("look", schema))));
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.Contains("'look'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tool_RequiresAnApproval_IsRefused() => Assert.Contains(
        "requires an approval",
        Assert.Throws<AgentSetupException>(() => Model.AsAgent(a => a.Tool(new ApprovalRequiredAIFunction(Function("look"))))).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Options_WithAFunction_AreRefused() => Assert.Throws<AgentSetupException>(
        () => Model.AsAgent(a => a.Options(new ChatOptions { Tools = [Function("look")] })));

    [Fact]
    public void Setup_OutOfRange_IsRefused()
    {
        Refused(t => t.Budget(TimeSpan.Zero));
        Refused(t => t.Budget(TimeSpan.MaxValue));
        Refused(t => t.Concurrency(0));
        Refused(t => t.Effect((Effect)9));
        Refused(t => t.OnOverrun((ToolOverrun)9));
        Assert.Throws<ArgumentOutOfRangeException>(() => Model.AsAgent(a => a.MaxRounds(0)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Model.AsAgent(a => a.MaxResult(0)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Model.AsAgent(a => a.Grace(-1.Seconds())));

        static void Refused(Action<ToolSetup> setup) =>
            Assert.Throws<ArgumentOutOfRangeException>(() => Model.AsAgent(a => a.Tool(Function("look"), setup)));
    }

    [Fact]
    public void Tool_Defaults_AreTheSafeOnes()
    {
        AgentTool tool = Assert.Single(Model.AsAgent(a => a.Tool(Function("look"))).Tools);
        Assert.Equal(("look", Effect.Effectful, 30.Seconds(), ToolOverrun.Answer, null), (tool.Name, tool.Effect, tool.Budget, tool.Overrun, tool.Concurrency));
    }

    static AIFunction Function(string name, string schema = "{}") => new Declared(name, () => JsonElement.Parse(schema));

    static JsonElement Gone()
    {
        using JsonDocument document = JsonDocument.Parse("{}");
        return document.RootElement;
    }

    sealed class Declared(string name, Func<JsonElement> schema) : AIFunction
    {
        public override string Name => name;

        public override JsonElement JsonSchema => schema();

        protected override ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken) => default;
    }

    sealed class Unready : AIFunction
    {
        public override string Name => "look";

        public override object? GetService(Type serviceType, object? serviceKey = null) => throw new IOException();

        protected override ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken) => default;
    }
}
