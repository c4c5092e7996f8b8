using AgentChain.Extensions.AI;
using Microsoft.Extensions.AI;

namespace AgentChain.Docs.Tests.Snippets;

/// <summary>The code of docs/agents.md.</summary>
public sealed class AgentSnippets
{
    [Fact]
    public async Task Agent_CallsItsTools_AnswersAndRemembers()
    {
        using var model = new CallingModel();
        var accounts = new Accounts();
        List<string> heard = [];
        #region tools
        AIFunction look = AIFunctionFactory.Create(
            (string number) => accounts.Find(number), "look_up_account", "Finds an account by its number.");
        AIFunction change = AIFunctionFactory.Create(
            (AIFunctionArguments arguments, string number, string plan) =>
                accounts.Change(number, plan, once: ToolCall.From(arguments)!.IdempotencyKey),
            "change_plan", "Changes the plan of an account.");
        #endregion
        #region agent
        await using StreamChain<AgentRequest, string> chain = Chain.From<AgentRequest>("support")
            .Stream("agent", model.AsAgent(setup => setup
                .Instructions("You help the customers of a telephone company.")
                .Tool(look, tool => tool.Effect(Effect.Pure).Budget(300.Milliseconds()).Concurrency(4))
                .Tool(change)                                   // effectful: it waits for the commit and runs once
                .MaxRounds(4)))
            .Text()
            .Build();

        var session = new AgentSession();                       // the memory of one conversation
        await using Turn<string> turn = chain.Start(session.Ask("Please put account 17 on the large plan."));
        await foreach (string text in turn.Output)
        {
            heard.Add(text);
        }
        #endregion
        Assert.Equal(["One moment. ", "Done."], heard);
        Assert.Equal(["17: large"], accounts.Changes);
        Assert.Equal(6, session.Messages.Count);

        #region heard
        session.ReportHeard(turn.Id, "One moment.");            // the user spoke before the rest was played
        IReadOnlyList<ChatMessage> messages = session.Messages; // the next turn's history: calls, results, and the text that was heard
        #endregion
        Assert.DoesNotContain(messages, message => message.Text.Contains("Done", StringComparison.Ordinal));
        Assert.Equal(5, messages.Count);
    }

    [Fact]
    public void Team_OfTwo_BeginsWithTheFirst()
    {
        using var model = new CallingModel();
        AIFunction invoice = AIFunctionFactory.Create((string number) => "12.40", "find_invoice", "Finds the open invoice of an account.");
        #region team
        HandoffBlock desk = HandoffBlock.Of(team => team
            .Agent("reception", "greets, and finds out what the caller needs", model)
            .Agent("billing", "invoices and payments", model, agent => agent.Tool(invoice, tool => tool.Effect(Effect.Pure)))
            .MaxHandoffs(2));

        StreamChain<AgentRequest, string> chain = Chain.From<AgentRequest>("desk").Stream("team", desk).Text().Build();
        #endregion
        Assert.Equal("desk", chain.Name);
        Assert.Equal("reception", desk.CurrentAgent(new AgentSession()));
    }

    sealed class Accounts
    {
        readonly HashSet<string> _keys = [];

        public List<string> Changes { get; } = [];

        public string Find(string number) => $"Account {number} has the small plan.";

        public string Change(string number, string plan, string once)
        {
            if (_keys.Add(once))
            {
                Changes.Add($"{number}: {plan}");
            }

            return "changed";
        }
    }

    /// <summary>Stands for the model of a server: it looks up, changes, and answers.</summary>
    sealed class CallingModel : IChatClient
    {
        public Task<ChatResponse> GetResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            (messages.Count(message => message.Role == ChatRole.Tool) switch
            {
                0 => new ChatResponseUpdate[]
                {
                    new(ChatRole.Assistant, "One moment. "),
                    new(ChatRole.Assistant, [Call("1", "look_up_account", ("number", "17"))]),
                },
                1 => [new(ChatRole.Assistant, [Call("2", "change_plan", ("number", "17"), ("plan", "large"))])],
                _ => [new(ChatRole.Assistant, "Done.")],
            }).ToAsyncEnumerable();

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }

        static FunctionCallContent Call(string id, string tool, params (string Name, object? Value)[] arguments) =>
            new(id, tool, arguments.ToDictionary(one => one.Name, one => one.Value));
    }
}
