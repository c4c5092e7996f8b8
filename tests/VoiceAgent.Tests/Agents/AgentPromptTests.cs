using AgentChain;
using AgentChain.Onnx.Language;
using AgentChain.Onnx.Retrieval;
using AgentChain.Onnx.Speech.Audio;
using VoiceAgent.Agents;
using VoiceAgent.Calls;
using VoiceAgent.Knowledge;
using VoiceAgent.Models;
using VoiceAgent.Showing;

namespace VoiceAgent.Tests.Agents;

/// <summary>The prompts are those the language model was trained on: models/language-model/PROMPT.md.</summary>
public class AgentPromptTests
{
    static readonly IReadOnlyList<RetrievalDocument> Documents = KnowledgeBase.Load(Path.Combine(ModelFolder.Data, "knowledge.json"));

    static readonly Account Customer = AccountBook.Load(Path.Combine(ModelFolder.Data, "accounts.json")).Accounts[0];

    [Fact]
    public async Task Billing_Balance_HasTheDueDateThatGoesWithIt()
    {
        string[] system = await SystemOf(new BillingAgent(), "balance", "plan", "price");
        Assert.Equal("agent: billing", system[0]);
        Assert.Equal("facts:", system[1]);
        Assert.Equal($"balance: {Customer.Facts["balance"]}", system[2]);
        Assert.Equal($"payment due: {Customer.Facts["payment due"]}", system[3]);
        Assert.InRange(system.Length - 2, 3, 5);
    }

    [Fact]
    public async Task Billing_PersonalFacts_ArePlaceholders()
    {
        string[] system = await SystemOf(new BillingAgent(), "name", "card");
        Assert.Equal(["customer name: [name_1]", "account number: [account_1]", "card ending: [card_1]"], system[2..5]);
        Assert.DoesNotContain(system, line => line.Contains(Customer.Name, StringComparison.OrdinalIgnoreCase) || line.Contains(Customer.Id, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Support_Article_StandsInLowerCase()
    {
        string[] system = await SystemOf(new SupportAgent(), "roam");
        Assert.Equal(["agent: support", "article: " + Documents.Single(d => d.Id == "roam").Text.ToLowerInvariant()], system);
    }

    [Fact]
    public async Task Support_Order_HasItsFact()
    {
        string[] system = await SystemOf(new SupportAgent(), "order");
        Assert.Equal(["agent: support", "facts:", $"order status: {Customer.Facts["order status"]}"], system);
    }

    [Fact]
    public async Task SmallTalk_Greeting_KnowsTheNameOnly() =>
        Assert.Equal(["agent: smalltalk", "facts:", "customer name: [name_1]"], await SystemOf(new SmallTalkAgent(), "greet"));

    [Fact]
    public async Task Prompt_EarlierTurns_StandBetweenFactsAndQuestion()
    {
        ChatPrompt prompt = await Prompt(new SmallTalkAgent(), [new Said("a", "a answered"), new Said("b", "b answered")], "greet");
        Assert.Equal(["a", "a answered", "b", "b answered", "the question"], prompt.Messages.Skip(1).Select(m => m.Content));
        Assert.Equal(
            [ChatRole.System, ChatRole.User, ChatRole.Assistant, ChatRole.User, ChatRole.Assistant, ChatRole.User], prompt.Messages.Select(m => m.Role));
    }

    static async Task<string[]> SystemOf(ISyncBlock<Found, ChatPrompt> agent, params string[] found) =>
        (await Prompt(agent, [], found)).Messages[0].Content.Split('\n');

    static async Task<ChatPrompt> Prompt(ISyncBlock<Found, ChatPrompt> agent, IReadOnlyList<Said> memory, params string[] found)
    {
        RetrievalHit[] hits = [.. found.Select((id, i) => new RetrievalHit(Documents.Single(d => d.Id == id), 1 - (0.01f * i), 0, 0))];
        var question = new Question(AsyncEnumerable.Empty<PcmAudio>(), new Caller(Customer), new TurnNotes()) { Memory = memory };
        await using Chain<Found, ChatPrompt> chain = Chain.From<Found>("agent")
            .Tap("call", (_, context) => context.Set(Question.Key, question))
            .Then("agent", agent)
            .Build();
        return await chain.RunAsync(new Found("the question", question.Caller.Facts, new RetrievalResult([.. hits])));
    }
}
