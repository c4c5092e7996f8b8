using System.Diagnostics;
using AgentChain.Blocks.Redaction;

namespace AgentChain.Tests.Blocks.Redaction;

public class RedactionMemoryTests
{
    static readonly TimeSpan Hang = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Chain_TwoCallersAtOnce_NeverSeeEachOthersValues()
    {
        // Both are in the model at the same time, after both were redacted and learned from; either may go on first.
        var both = new Barrier(2);
        List<string> seen = [];
        await using Chain<Question, string> chain = Chain.From<Question>("shared")
            .Tap("known", (question, context) => question.Memory.Carry(context))
            .Then("text", question => question.Text)
            .Then("redact", new PiiRedactor(), o => o.Redacts())
            .Tap("learned", (_, context) => RedactionMemory.Learn(context))
            .Then("model", async (text, token) =>
            {
                lock (seen)
                {
                    seen.Add(text);
                }

                await Task.Run(() => Assert.True(both.SignalAndWait(Hang)), token);
                return $"hello [name_1], or [name_2], card [card_1] or [card_2]: {text}";
            })
            .Then("restore", new PlaceholderRestorer())
            .Build();
        var maria = new RedactionMemory(RedactionMap.Empty.Add(PersonalDataKind.Name, "maria lopez", out _));
        var kenji = new RedactionMemory(RedactionMap.Empty.Add(PersonalDataKind.Name, "kenji wright", out _));

        for (int round = 0; round < 3; round++)
        {
            Task<string> first = chain.RunAsync(new Question("my card is 4111 1111 1111 1111", maria)).AsTask();
            Task<string> second = chain.RunAsync(new Question("this is maria lopez for kenji wright", kenji)).AsTask();

            Assert.Equal(
                "hello maria lopez, or [name_2], card 4111 1111 1111 1111 or [card_2]: my card is 4111 1111 1111 1111", await first.WaitAsync(Hang));
            Assert.Equal(
                "hello kenji wright, or maria lopez, card [card_1] or [card_2]: this is maria lopez for kenji wright", await second.WaitAsync(Hang));
        }

        Assert.Equal(["[card_1]", "[name_1]"], maria.Map.Placeholders.Order());
        Assert.Equal(["[name_1]", "[name_2]"], kenji.Map.Placeholders.Order());
        Assert.Equal(["my card is [card_1]", "this is [name_2] for [name_1]"], seen.Distinct().Order());
    }

    [Fact]
    public async Task Chain_TurnAfterTurn_KeepsPlaceholders()
    {
        List<string> seen = [];
        await using Chain<Question, string> chain = Chain.From<Question>("remembered")
            .Tap("known", (question, context) => question.Memory.Carry(context))
            .Then("text", question => question.Text)
            .Then("redact", new PiiRedactor(), o => o.Redacts())
            .Tap("learned", (_, context) => RedactionMemory.Learn(context))
            .Tap("model", (text, _) => seen.Add(text))
            .Build();
        var memory = new RedactionMemory();

        await chain.RunAsync(new Question("my name is maria lopez", memory));
        await chain.RunAsync(new Question("my name is kenji wright, not maria lopez", memory));
        await chain.RunAsync(new Question("my name is maria lopez", new RedactionMemory()));

        Assert.Equal(["my name is [name_1]", "my name is [name_2], not [name_1]", "my name is [name_1]"], seen);
        Assert.Equal(2, memory.Map.Count);
    }

    [Fact]
    public async Task Learn_WithoutAMemory_SaysWhatIsMissing()
    {
        await using Chain<string, string> chain = Chain.From<string>("forgetful")
            .Then("redact", new PiiRedactor(), o => o.Redacts())
            .Tap("learned", (_, context) => RedactionMemory.Learn(context))
            .Build();

        BlockFailedException error = await Assert.ThrowsAsync<BlockFailedException>(async () => await chain.RunAsync("my name is maria lopez"));

        Assert.Contains("Block 'learned': this turn carries no redaction memory.", Assert.IsType<InvalidOperationException>(error.InnerException).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Keep_OfTurnsThatOverlapped_LosesNothingAndGivesNoPlaceholderTwice()
    {
        RedactionMap began = RedactionMap.Empty.Add(PersonalDataKind.Name, "maria", out _);
        RedactionMap one = began.Add(PersonalDataKind.Name, "kenji", out _), two = began.Add(PersonalDataKind.Name, "zoe", out _).Add(PersonalDataKind.Card, "4821", out _);
        var memory = new RedactionMemory(began);

        memory.Keep(one);
        memory.Keep(two);
        memory.Keep(began);

        Assert.Equal(4, memory.Map.Count);
        Assert.Equal(["4821", "kenji", "maria", "zoe"], memory.Map.Placeholders.Select(p => memory.Map.TryGetValue(p, out string? value) ? value : "").Order());
        Assert.True(memory.Map.TryGetValue("[name_2]", out string? second));
        Assert.Equal("kenji", second);
    }

    [Fact]
    public async Task Keep_FromManyThreads_LosesNothing()
    {
        var memory = new RedactionMemory();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(() =>
        {
            for (int i = 0; i < 200; i++)
            {
                memory.Keep(memory.Map.Add(PersonalDataKind.Account, $"{thread}00{i}", out _));
            }
        }))).WaitAsync(Hang);

        Assert.Equal(1600, memory.Map.Count);
        Assert.Equal(1600, memory.Map.Placeholders.Distinct().Count());
    }

    [Fact]
    public void ToString_OfAMemory_ShowsNoValue()
    {
        var memory = new RedactionMemory(RedactionMap.Empty.Add(PersonalDataKind.Name, "maria lopez", out _));

        Assert.Equal("1 redacted values", memory.ToString());
        Assert.Equal("{Map.Count} values", typeof(RedactionMemory).GetCustomAttributes(false).OfType<DebuggerDisplayAttribute>().Single().Value);
    }

    sealed record Question(string Text, RedactionMemory Memory);
}
