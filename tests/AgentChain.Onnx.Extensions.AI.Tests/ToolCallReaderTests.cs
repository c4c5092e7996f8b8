using Microsoft.Extensions.AI;

namespace AgentChain.Onnx.Extensions.AI.Tests;

/// <summary>Calls told from text, however the text is cut into pieces.</summary>
public sealed class ToolCallReaderTests
{
    const string One = """<tool_call>{"name":"one","arguments":{"a":1}}</tool_call>""";

    [Theory]
    [InlineData("hello there.", "hello there.|")]
    [InlineData("1 < 2 <tool", "1 < 2 <tool|")]
    [InlineData(One, "|one a=1")]
    [InlineData("wait.\n" + One + "\n", "wait.|one a=1")]
    [InlineData("\n" + One + "\n" + One + "\ndone", "done|one a=1,one a=1")]
    [InlineData("<tool_call>\n{\"name\": \"two\"}\n", "|two")]
    [InlineData("<tool_call>{\"name\":\"three\",\"arguments\":[1]}</tool_call>", "|three!")]
    [InlineData("<tool_call>{\"name\":\"four\",\"argum</tool_call>", "|four!")]
    [InlineData("<tool_call>[]</tool_call>", "|!")]
    [InlineData("<tool_call>", "|!")]
    [InlineData(" \n", " \n|")]
    public void Add_InPieces_GivesTextAndCalls(string written, string expected)
    {
        foreach (int size in new[] { 1, 2, 7, 1000 })
        {
            var reader = new ToolCallReader("r");
            List<AIContent> contents = [.. written.Chunk(size).SelectMany(piece => reader.Add(new string(piece)))];
            if (reader.Rest() is { } rest)
            {
                contents.Add(rest);
            }

            string text = string.Concat(contents.OfType<TextContent>().Select(content => content.Text));
            string calls = string.Join(',', contents.OfType<FunctionCallContent>().Select(Describe));
            Assert.Equal(expected, $"{text}|{calls}");
            Assert.Equal(contents.OfType<FunctionCallContent>().Count(), reader.Calls);
        }
    }

    [Fact]
    public void Add_Text_IsNotHeldBackUntilTheEnd()
    {
        var reader = new ToolCallReader("r");
        Assert.Equal("so", Assert.IsType<TextContent>(Assert.Single(reader.Add("so <"))).Text);
        Assert.Equal(" < b", Assert.IsType<TextContent>(Assert.Single(reader.Add(" b"))).Text);
    }

    static string Describe(FunctionCallContent call) =>
        call.Name + (call.Exception is null ? string.Concat(call.Arguments!.Select(one => $" {one.Key}={one.Value}")) : "!");
}
