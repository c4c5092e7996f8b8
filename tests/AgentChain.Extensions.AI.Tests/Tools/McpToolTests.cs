using System.IO.Pipelines;
using Microsoft.Extensions.AI;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentChain.Extensions.AI.Tests.Tools;

/// <summary>The tools of a real MCP server, over a pair of streams, in an agent.</summary>
public sealed class McpToolTests
{
    [Fact]
    public async Task Tools_OfAnMcpServer_AreCalledWithTheirArgumentsAndTheirFailuresAreAnswers()
    {
        var (up, down) = (new Pipe(), new Pipe());
        var options = new McpServerOptions
        {
            ToolCollection =
            [
                McpServerTool.Create((string city) => $"It rains in {city}.", new() { Name = "weather" }),
                McpServerTool.Create(string () => throw new IOException("no such road"), new() { Name = "traffic" }),
            ],
        };
        await using McpServer server = McpServer.Create(new StreamServerTransport(up.Reader.AsStream(), down.Writer.AsStream()), options);
        using var stop = new CancellationTokenSource();
        Task serving = server.RunAsync(stop.Token);
        await using McpClient mcp = await McpClient.CreateAsync(new StreamClientTransport(up.Writer.AsStream(), down.Reader.AsStream()));
        IList<McpClientTool> tools = await mcp.ListToolsAsync();
        List<string> answers = [];
        using var client = new ScriptedClient((messages, _, _) =>
        {
            answers.AddRange(messages.SelectMany(one => one.Contents).OfType<FunctionResultContent>().Select(one => $"{one.Result}"));
            return answers.Count > 0 ? ScriptedClient.Words("done").ToAsyncEnumerable() : new ChatResponseUpdate[]
            {
                new(ChatRole.Assistant, [new FunctionCallContent("1", "weather", new Dictionary<string, object?> { ["city"] = "Bergen" })]),
                new(ChatRole.Assistant, [new FunctionCallContent("2", "weather", new Dictionary<string, object?> { ["town"] = "Bergen" })]),
                new(ChatRole.Assistant, [new FunctionCallContent("3", "traffic")]),
            }.ToAsyncEnumerable();
        });
        await using var chain = Chain.From<AgentRequest>("desk")
            .Stream("agent", client.AsAgent(a => a.Tools(tools, t => t.Effect(Effect.Pure).Budget(30.Seconds())))).Text().Build();

        await chain.RunToListAsync(new AgentSession().Ask("hello")).AsTask().WaitAsync(Ask.Patience);

        Assert.Equal(["traffic", "weather"], tools.Select(tool => tool.Name).Order());
        Assert.Contains("It rains in Bergen.", answers[0], StringComparison.Ordinal);
        Assert.Contains("arguments.city is missing", answers[1], StringComparison.Ordinal);
        Assert.Contains("error", answers[2], StringComparison.OrdinalIgnoreCase);
        await stop.CancelAsync();
        await serving.ContinueWith(_ => { }, TaskScheduler.Default).WaitAsync(Ask.Patience);
    }
}
