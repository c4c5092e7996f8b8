using AgentChain;
using AgentChain.Extensions.AI;
using AgentChain.Onnx.Speech.Audio;
using Microsoft.Extensions.AI;
using VoiceAgent.Agents;
using VoiceAgent.Calls;
using VoiceAgent.Knowledge;
using VoiceAgent.Models;

namespace VoiceAgent.Tests.Agents;

/// <summary>The agents with the committed language model, asked in writing.</summary>
public sealed class DeskTests(DeskTests.Fixture fixture) : IClassFixture<DeskTests.Fixture>
{
    [Fact]
    public async Task Fact_IsLookedUp_AndItsValueIsInTheAnswer()
    {
        var call = fixture.Call();
        (string answer, string calls) = await call.AskAsync("what is my balance");
        Assert.Equal("look_up_account(balance)", calls);
        Assert.Contains("$12.40", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Article_AtBilling_IsHandedOverAndSearched()
    {
        var call = fixture.Call();
        (string answer, string calls) = await call.AskAsync("how much is roaming");
        Assert.Equal("transfer_to_support() search_articles(how much is roaming)", calls);
        Assert.Contains("three dollars per day", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_Confirmed_IsChangedOnceAndLookedUp()
    {
        var call = fixture.Call();
        Assert.Equal(("do you want to change to the gold 80 plan?", ""), await call.AskAsync("change my plan to gold 80"));
        Assert.Equal("gold 50", call.Caller.Facts["plan"]);
        Assert.Equal(("you are now on the gold 80 plan.", "change_plan(gold 80)"), await call.AskAsync("yes please"));
        Assert.Equal(("gold 80", "$59.99"), (call.Caller.Facts["plan"], call.Caller.Facts["monthly price"]));
        Assert.Contains("gold 80", (await call.AskAsync("what plan am i on")).Answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_Refused_StaysAsItIs()
    {
        var call = fixture.Call();
        await call.AskAsync("change my plan to gold 80");
        Assert.Equal("", (await call.AskAsync("no thank you")).Calls);
        Assert.Equal("gold 50", call.Caller.Facts["plan"]);
    }

    [Fact]
    public async Task Plan_OfNoSuchName_IsNotChanged()
    {
        var call = fixture.Call();
        await call.AskAsync("change my plan to gold 60");
        Assert.Equal(("i am sorry, we do not have that plan.", "change_plan(gold 60)"), await call.AskAsync("yes"));
        Assert.Equal("gold 50", call.Caller.Facts["plan"]);
    }

    [Fact]
    public async Task ChangePlan_CalledWithoutAsking_ChangesNothing()
    {
        await using var scripted = new Scripted();
        var call = fixture.Call(scripted);
        (string answer, string calls) = await call.AskAsync("i want gold 80");
        Assert.Equal(("well", "change_plan(gold 80)"), (answer, calls));
        Assert.Equal(DeskTools.Unconfirmed, $"{scripted.LastResult}");
        Assert.Equal("gold 50", call.Caller.Facts["plan"]);
    }

    [Fact]
    public async Task EarlyGuess_OfTheWords_ChangesNoAnswer()
    {
        string[] questions = ["what is my balance", "when will the technician arrive", "i forgot my password", "thank you"];
        (OpenCall late, OpenCall early) = (fixture.Call(), fixture.Call(early: true));
        foreach (string question in questions)
        {
            Assert.Equal(await late.AskAsync(question), await early.AskAsync(question));
        }
    }

    public sealed class Fixture : IAsyncLifetime
    {
        static readonly AccountBook Accounts = AccountBook.Load(Path.Combine(ModelFolder.Data, "accounts.json"));

        readonly VoiceModels _models = VoiceModels.Load(ModelFolder.Find(null), "cpu", 500.Milliseconds());
        Library _library = null!;

        public async ValueTask InitializeAsync() => _library = await Library.OpenAsync(_models, ModelFolder.Data, Accounts, default);

        public ValueTask DisposeAsync()
        {
            _models.Dispose();
            return ValueTask.CompletedTask;
        }

        internal OpenCall Call(IChatClient? client = null, bool early = false)
        {
            var caller = new Caller(Accounts.Accounts[0], PlanBook.Load(Path.Combine(ModelFolder.Data, "plans.json")));
            return new OpenCall(
                Desk.Open(client ?? _models.Client, null, new DeskTools(_library, TimeSpan.Zero), early ? new EarlyGuess(_library) : null),
                new Question(AsyncEnumerable.Empty<PcmAudio>(), caller, new TurnNotes()));
        }
    }

    internal sealed record OpenCall(HandoffBlock Desk, Question Question)
    {
        public Caller Caller => Question.Caller;

        public async Task<(string Answer, string Calls)> AskAsync(string text)
        {
            await using StreamChain<string, ChatResponseUpdate> chain = Chain.From<string>("desk")
                .Tap("call", (_, context) => context.Set(Question.Key, Question))
                .Then("ask", new Asking())
                .Stream("respond", Desk)
                .Build();
            IReadOnlyList<ChatResponseUpdate> updates = await chain.RunToListAsync(text);
            return (
                string.Concat(updates.Where(update => update.Role != ChatRole.Tool).Select(update => update.Text)),
                string.Join(' ', updates.SelectMany(update => update.Contents).OfType<FunctionCallContent>()
                    .Select(call => $"{call.Name}({string.Join(", ", call.Arguments?.Values ?? [])})")));
        }
    }

    /// <summary>A model that changes the plan at once.</summary>
    sealed class Scripted : IChatClient, IAsyncDisposable
    {
        public object? LastResult { get; private set; }

        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            await Task.CompletedTask;
            LastResult = messages.SelectMany(message => message.Contents).OfType<FunctionResultContent>().LastOrDefault()?.Result;
            yield return LastResult is null
                ? new(ChatRole.Assistant, [new FunctionCallContent("1", "change_plan", new Dictionary<string, object?> { ["plan"] = "gold 80" })])
                : new(ChatRole.Assistant, "well");
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => default;
    }
}
