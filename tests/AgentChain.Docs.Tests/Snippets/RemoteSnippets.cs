using System.Net;
using System.Text;
using AgentChain.Devices;
using AgentChain.Remote;
using Microsoft.Extensions.AI;

namespace AgentChain.Docs.Tests.Snippets;

/// <summary>The code of docs/remote.md.</summary>
public sealed class RemoteSnippets
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Chain_TwoServers_IsBuilt()
    {
        #region chain
        using var first = new ChatServer(new("vllm-1", new Uri("http://gpu-1:8000/v1"), "qwen3")
        {
            Kind = ChatServerKind.VLlm,
            MaxRequests = 32,       // requests in flight; more wait here, committed ones first
        });
        using var second = new ChatServer(new("sglang-1", new Uri("http://gpu-2:30000/v1"), "qwen3") { Kind = ChatServerKind.SgLang });
        using var devices = new DeviceScheduler([ComputeDevice.Cpu(), first.Device, second.Device]);

        await using StreamChain<ChatServerRequest, string> chain = Chain.From<ChatServerRequest>("desk")
            .Stream("respond", new ChatServerBlock([first, second], new()
            {
                Failover = ServerFailover.Resume,
                FirstText = 5.Seconds(),    // a server that accepts a request and never answers leaves time for the next one
                Stall = 3.Seconds(),
            }), o => o.Budget(20.Seconds()).SendsOut())
            .Build(new ChainOptions { Devices = devices });
        #endregion
        Assert.Equal(["cpu", "vllm-1", "sglang-1"], devices.Devices.Select(device => device.Name));
        Assert.Equal((32, 16), (first.Device.MaxLeases, second.Device.MaxLeases));
    }

    [Fact]
    public async Task Request_Priority_IsSent()
    {
        using var handler = new WordHandler();
        using var server = new ChatServer(new("one", new Uri("http://gpu-1:8000/v1"), "qwen3") { Kind = ChatServerKind.VLlm, Handler = handler });
        using var devices = new DeviceScheduler([ComputeDevice.Cpu(), server.Device]);
        await using StreamChain<ChatServerRequest, string> chain = Chain.From<ChatServerRequest>("desk")
            .Stream("respond", new ChatServerBlock(server)).Build(new ChainOptions { Devices = devices });
        #region ask
        var question = new ChatServerRequest([new ChatMessage(ChatRole.User, "Where is my order?")])
        {
            Conversation = "ada",               // stays where its prefix is cached
            Priority = RequestPriority.High,    // Low while the input can still turn out to be wrong
            MaxOutputTokens = 200,
        };
        #endregion
        Assert.Equal(["on ", "its way"], await chain.RunToListAsync(question).AsTask().WaitAsync(Patience));
        Assert.Contains("\"priority\":-100", handler.Sent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shed_ServerIsFull_IsTold()
    {
        using var handler = new WordHandler { Status = HttpStatusCode.TooManyRequests };
        using var server = new ChatServer(new("one", new Uri("http://gpu-1:8000/v1"), "qwen3") { Handler = handler });
        using var devices = new DeviceScheduler([ComputeDevice.Cpu(), server.Device]);
        await using StreamChain<ChatServerRequest, string> chain = Chain.From<ChatServerRequest>("desk")
            .Stream("respond", new ChatServerBlock(server)).Build(new ChainOptions { Devices = devices });
        var question = new ChatServerRequest([new ChatMessage(ChatRole.User, "Where is my order?")]);
        #region shed
        try
        {
            await foreach (string text in chain.Start(question).Output) Console.Write(text);
        }
        catch (BlockFailedException error) when (error.InnerException is ServerShedException shed)
        {
            Console.WriteLine($"Busy; try again in {shed.RetryAfter ?? 1.Seconds()}.");    // for example, answer 503 to your own caller
        }
        #endregion
        Assert.True(server.State.ShedFor <= 1.Seconds());
    }

    [Fact]
    public async Task PriorityTest_ServerIgnoresNumbers_IsNone()
    {
        using var handler = new WordHandler();
        using var server = new ChatServer(new("one", new Uri("http://gpu-1:8000/v1"), "qwen3") { Kind = ChatServerKind.VLlm, Handler = handler });
        #region test
        PriorityReport report = await server.TestPriorityAsync();
        Console.WriteLine(report);      // None, expected LowerFirst; the higher number was first in 0.54 of the pairs
        if (!report.AsExpected) Console.WriteLine("Start vLLM with --scheduling-policy priority.");
        #endregion
        Assert.False(report.IsRefused);
    }

    /// <summary>A server in the same process.</summary>
    sealed class WordHandler : HttpMessageHandler
    {
        public HttpStatusCode Status { get; init; } = HttpStatusCode.OK;

        public string Sent { get; private set; } = "";

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Sent = await request.Content!.ReadAsStringAsync(cancellationToken);
            return new HttpResponseMessage(Status)
            {
                Content = new StringContent(
                    """
                    data: {"choices":[{"delta":{"content":"on "}}]}

                    data: {"choices":[{"delta":{"content":"its way"},"finish_reason":"stop"}]}

                    data: [DONE]


                    """.ReplaceLineEndings("\n"),
                    Encoding.UTF8,
                    "text/event-stream"),
            };
        }
    }
}
