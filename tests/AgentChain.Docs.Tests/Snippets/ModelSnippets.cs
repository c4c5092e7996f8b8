using AgentChain.Extensions.AI;
using AgentChain.Polly;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Polly;

namespace AgentChain.Docs.Tests.Snippets;

/// <summary>The code of docs/agents.md on the model of a block.</summary>
public sealed class ModelSnippets
{
    static readonly AIFunction Look = AIFunctionFactory.Create((string number) => $"account {number}", "look_up_account");

    [Fact]
    public async Task FallbackAndResilience_FirstModelIsBroken_TheSecondAnswers()
    {
        using var model = new WordModel(null);
        using var second = new WordModel("second");
        ResiliencePipeline retries = new ResiliencePipelineBuilder().AddRetry(new() { MaxRetryAttempts = 1, Delay = TimeSpan.Zero }).Build();
        IReadOnlyList<ChatMessage> messages = [new(ChatRole.User, "hello")];
        #region second
        AgentBlock agent = model.AsAgent(setup => setup
            .Tool(Look, tool => tool.Effect(Effect.Pure))
            .FallbackTo(second, firstOutput: 800.Milliseconds()));          // asked if the first model is late, or fails before its first output

        StreamChain<IReadOnlyList<ChatMessage>, string> chat = Chain.From<IReadOnlyList<ChatMessage>>("chat")
            .Stream("respond", model.AsBlock().WithResilience(retries))     // no tools: a model alone, tried again by Polly
            .Text()
            .Build();
        #endregion
        await using StreamChain<AgentRequest, string> chain = Chain.From<AgentRequest>("desk").Stream("agent", agent).Text().Build();

        Assert.Equal(["second"], await chain.RunToListAsync(new AgentSession().Ask("hello")));
        await Assert.ThrowsAsync<BlockFailedException>(() => chat.RunToListAsync(messages).AsTask());
        Assert.Equal(3, model.Requests);
        await chat.DisposeAsync();
    }

    [Fact]
    public async Task KeyedClient_ByConfiguration_IsTheAgentsModel()
    {
        using var small = new WordModel("small");
        using var large = new WordModel("large");
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        #region keyed
        builder.Services.AddKeyedSingleton<IChatClient>("small", small);
        builder.Services.AddKeyedSingleton<IChatClient>("large", large);
        builder.Configuration["AgentChain:desk:Blocks:agent:Client"] = "large";     // in appsettings.json, as a rule
        builder.Services.AddAgentChain<AgentRequest, string>("desk", (chain, services) => chain
            .Stream("agent", services.ChatClient("desk", "agent").AsAgent(setup => setup.Tool(Look)))
            .Text());
        #endregion
        IHost host = builder.Build();
        var desk = host.Services.GetRequiredService<StreamChain<AgentRequest, string>>();

        Assert.Equal(["large"], await desk.RunToListAsync(new AgentSession().Ask("hello")));
        await ((IAsyncDisposable)host).DisposeAsync();
    }

    /// <summary>Stands for the model of a server: it says one word, or cannot be reached.</summary>
    sealed class WordModel(string? word) : IChatClient
    {
        public int Requests { get; private set; }

        public Task<ChatResponse> GetResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            Requests++;
            return word is null
                ? throw new HttpRequestException("503")
                : new ChatResponseUpdate[] { new(ChatRole.Assistant, word) }.ToAsyncEnumerable();
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
