using AgentChain.Extensions.AI;
using AgentChain.Simulation;
using Microsoft.Extensions.AI;

namespace AgentChain.Docs.Tests.Snippets;

/// <summary>The code of docs/agents.md on early calls and fillers.</summary>
public sealed class EarlyCallSnippets
{
    [Fact]
    public void Early_PatternsAndFiller_AreDeclared() => VirtualWorld.Run(async world =>
    {
        AIFunction look = AIFunctionFactory.Create((string number) => $"account {number}", "look_up_account");
        AIFunction search = AIFunctionFactory.Create((string text) => "article 3", "search_articles");
        using var model = new SilentModel(world);
        #region early
        var patterns = new ToolPatterns();                      // learns; patterns.ToJson() and Load(json) keep it
        AgentBlock agent = model.AsAgent(setup => setup
            .Tool(look, tool => tool.Effect(Effect.Pure))
            .Tool(search, tool => tool.Effect(Effect.Pure))
            .Early(patterns, early => early
                .ClassOf(request => request.Messages[^1].Text.Contains("bill") ? "bill" : "other")
                .Request("look_up_account", request => Number(request) is { } number ? new Dictionary<string, object?> { ["number"] = number } : null)
                .Follows("look_up_account", "search_articles", moment => new Dictionary<string, object?> { ["text"] = $"bill of {moment.Result}" }))
            .Filler("One moment, please.", filler => filler.AfterShare(0.5).Every(3.Seconds(), most: 3)));
        #endregion
        await using var chain = Chain.From<AgentRequest>("support")
            .Stream("agent", agent, o => o.Budget(LatencyBudget.FirstOutput(800.Milliseconds()))).Build(world.Options());

        IReadOnlyList<ChatResponseUpdate> said = await chain.RunToListAsync(new AgentSession().Ask("The bill of account 17."));

        Assert.Equal([("One moment, please.", true), ("Hello.", false)], said.Select(update => (update.Text, update.IsFiller())));
    });

    [Fact]
    public void Early_Rule_IsDeclared() => VirtualWorld.Run(async world =>
    {
        AIFunction look = AIFunctionFactory.Create((string number) => $"account {number}", "look_up_account");
        using var model = new SilentModel(world);
        #region rule
        AgentBlock agent = model.AsAgent(setup => setup
            .Tool(look, tool => tool.Effect(Effect.Pure))
            .Early(request => Number(request) is { } number
                ? [new EarlyCall("look_up_account", new Dictionary<string, object?> { ["number"] = number }, Probability: 0.8)]
                : []));
        #endregion
        await using var chain = Chain.From<AgentRequest>("support").Stream("agent", agent).Text().Build(world.Options());

        Assert.Equal(["Hello."], await chain.RunToListAsync(new AgentSession().Ask("The bill of account 17.")));
    });

    static string? Number(AgentRequest request) =>
        request.Messages[^1].Text.Split(' ', '.').FirstOrDefault(word => word.Length > 0 && word.All(char.IsDigit));

    sealed class SilentModel(VirtualWorld world) : IChatClient
    {
        public Task<ChatResponse> GetResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages,
            ChatOptions? options = null,
            [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            await world.Delay(700, cancellationToken);
            yield return new ChatResponseUpdate(ChatRole.Assistant, "Hello.");
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
