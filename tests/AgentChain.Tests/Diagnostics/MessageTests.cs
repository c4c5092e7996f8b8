using System.Globalization;
using AgentChain.Blocks.Redaction;
using AgentChain.Devices;
using AgentChain.Diagnostics;
using AgentChain.Simulation;
using AgentChain.Speculation;
using AgentChain.Tests.Engine;

namespace AgentChain.Tests.Diagnostics;

/// <summary>Each message names the problem, the place and the remedy; none contains user text or depends on the culture.</summary>
/// <remarks>Alone in the process, because the culture of all threads is changed.</remarks>
[Collection(nameof(Seams.SeamTests))]
public class MessageTests
{
    const string Secret = "Ada Lovelace";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Run_BlockThatWaitsOutsideOfVirtualTime_SaysWhichBlockOfWhichTurnAndWhatToDo(bool elsewhere)
    {
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => VirtualWorld.Run(async world =>
        {
            await using Chain<int, int> chain = Chain.From<int>("voice")
                .Then("search", async (x, token) =>
                {
                    if (elsewhere)
                    {
                        // Leaves and comes back to what belongs to the world's thread.
                        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
                        world.Record("elsewhere");
                    }
                    else
                    {
                        await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, token);
                    }

                    return x;
                })
                .Build(world.Options());
            await chain.RunAsync(1);
        }));
        Assert.All(["virtual time", "block 'search' of turn 1 of chain 'voice'", "VirtualWorld.Delay", "BlockContext.Time"], said => Assert.Contains(said, error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Run_TurnThatWaitsForItsReader_SaysThatNoBlockRuns()
    {
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => VirtualWorld.Run(async world =>
        {
            Chain<int, int> chain = Chain.From<int>("voice").Loop("again", b => b.Then("x", x => x), x => false, LoopBound.Fail(2)).Build(world.Options());
            await using Conversation<int, int> conversation = chain.OpenConversation();
            Turn<int> turn = await conversation.StartAsync(1);
            turn.Pause();
            await turn.Output.FirstAsync();
        }));
        Assert.Contains("an event that never happens", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, "chose a route that is not among its routes (billing)", "ChainOptions.IncludeSensitiveData")]
    [InlineData(true, "chose the route 'Ada Lovelace', which is not among its routes (billing)", "add Otherwise")]
    public async Task Route_Unknown_IsNamedWithSensitiveDataOnOnly(bool include, string says, string advises)
    {
        await using Chain<string, string> chain = Chain.From<string>("chain")
            .Route("router", x => x, r => r.To("billing", b => b.Then("answer", x => x)))
            .Build(new ChainOptions { IncludeSensitiveData = include });
        BlockFailedException error = await Assert.ThrowsAsync<BlockFailedException>(() => chain.RunAsync(Secret).AsTask());
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
        Assert.Contains(advises, error.Message, StringComparison.Ordinal);
        Assert.Equal(include, error.Message.Contains(Secret, StringComparison.Ordinal));
        Assert.Contains("chose null", (await Assert.ThrowsAsync<BlockFailedException>(() => chain.RunAsync(null!).AsTask())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_AfterDisposal_SaysDisposedAndWhileDrainingDraining()
    {
        Chain<int, int> chain = Chain.From<int>("chain").Then("step", x => x).Build();
        await chain.DrainAsync();
        Assert.Contains("'chain' is draining", (await Assert.ThrowsAsync<TurnRejectedException>(() => chain.RunAsync(1).AsTask())).Message, StringComparison.Ordinal);
        await chain.DisposeAsync();
        string message = (await Assert.ThrowsAsync<TurnRejectedException>(() => chain.RunAsync(1).AsTask())).Message;
        Assert.Contains("'chain' is disposed", message, StringComparison.Ordinal);
        Assert.Contains("build a new one", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("de-DE")]
    [InlineData("ar-SA")]
    [InlineData("fa-IR")]
    public void Messages_OfEveryKind_DoNotFollowTheCultureAndHaveNoHoles(string culture)
    {
        IReadOnlyList<string> there = InCulture(culture, Messages);
        Assert.Equal(InCulture("", Messages), there);
        Assert.All(there, message =>
        {
            Assert.DoesNotContain("(null)", message, StringComparison.Ordinal);
            Assert.DoesNotContain("''", message, StringComparison.Ordinal);
            Assert.DoesNotContain(Secret, message, StringComparison.Ordinal);
        });
        Assert.Contains(there, m => m.Contains("1.5 ms (total time)", StringComparison.Ordinal));
    }

    [Fact]
    public void ToString_OfWhatAHostHolds_SaysWhatItIsWithoutUserText()
    {
        IReadOnlyList<string> texts = InCulture("de-DE", Descriptions);
        Assert.Equal(
        [
            "turn 1: running", "conversation on chain 'voice': 0 exchanges, turn 1 is running", "barge-in: Pending", "barge-in: Committed",
            "turn 1: Interrupted", "turn 1: Interrupted", "turn 1: quiet 0 ms after Interrupted, 1 block still running", "1.5 ms in 1 part, no output",
            "turn 2: Completed", "turn 2", "2.5 ms in 1 part, first output after 2.5 ms",
            "0 started, 0 committed, 0 terminated, 0 prefills, 0 faults, 0 ms saved, 0 ms wasted",
            "conversation on chain 'voice': 1 exchange, no turn is running", "conversation on chain 'voice': 1 exchange, closed",
            "turn 3: DeadlineExceeded at block 'late'",
            "cpu: 1 open leases, 0 stuck lanes", "cpu lane 0: 0 pending", "cpu on cpu lane 0 for model", "cpu on cpu lane 0 for model, released",
            "tentative, P(final) 0.25", "final", "fallback value", "11 characters, 1 redacted values", "no turn", "voice",
        ],
        texts);
    }

    [Fact]
    public void ToString_OfEveryPublicResult_IsNotTheNameOfItsType() => Assert.All(
        [
            typeof(TurnResult), typeof(TurnReport), typeof(TurnQuiescence), typeof(Turn<>), typeof(BargeIn), typeof(Conversation<,>), typeof(Exchange<,>), typeof(ChainBase<,>),
            typeof(SpeculationAccount), typeof(DeviceLease), typeof(DeviceLane), typeof(DeviceScheduler), typeof(BlockContext), typeof(Hypothesis<>), typeof(RedactedText),
        ],
        type => Assert.Equal(type, type.GetMethod(nameof(ToString), Type.EmptyTypes)!.DeclaringType));

    static List<string> Descriptions()
    {
        List<string> texts = [];
        VirtualWorld.Run(async world =>
        {
            Chain<string, string> chain = Chain.From<string>("voice").Then("work", world.Work<string>(2.5)).Build(world.Options());
            Conversation<string, string> conversation = chain.OpenConversation();
            Turn<string> turn = await conversation.StartAsync(Secret);
            await world.Delay(1.5);
            texts.Add(turn.ToString());
            texts.Add(conversation.ToString());
            BargeIn bargeIn = conversation.BeginBargeIn();
            texts.Add(bargeIn.ToString());
            bargeIn.Commit();
            texts.Add(bargeIn.ToString());
            TurnResult result = await turn.Completion;
            texts.AddRange([turn.ToString(), result.ToString(), (await turn.WhenQuiescentAsync()).ToString(), result.Report.ToString()]);
            turn = await conversation.StartAsync(Secret);
            result = await turn.Completion;
            texts.AddRange([turn.ToString(), conversation.History[0].ToString(), result.Report.ToString(), result.Report.Speculation.ToString(), conversation.ToString()]);
            await conversation.DisposeAsync();
            texts.Add(conversation.ToString());
            Chain<string, string> late = Chain.From<string>("voice").Then("late", world.Work<string>(5), o => o.Budget(1.Milliseconds()).OnOverrun(Overrun.Cancel)).Build(world.Options());
            _ = (late.Start(""), late.Start(""));
            texts.Add((await late.Start("").Completion).ToString());
            using var devices = new DeviceScheduler([ComputeDevice.Cpu(1)]);
            DeviceLease lease = await devices.AcquireAsync(new("model", DeviceRequest.Any), default);
            texts.AddRange([devices.ToString(), lease.Lane.ToString(), lease.ToString()]);
            lease.Dispose();
            texts.Add(lease.ToString());
            texts.AddRange([Hypothesis.Tentative(Secret, 0.25).ToString(), Hypothesis.Final(Secret).ToString(), Overrun.Fallback(Secret).ToString()]);
            texts.AddRange([new PiiRedactor(new() { Names = [Secret] }).Redact($"I, {Secret}").ToString(), default(BlockContext).ToString(), chain.ToString()]);
        });
        Assert.All(texts, text => Assert.DoesNotContain(Secret, text, StringComparison.Ordinal));
        return texts;
    }

    /// <summary>The errors and log lines of a chain, as many kinds as can be had.</summary>
    static List<string> Messages()
    {
        List<string> messages = [];
        var log = new CollectingLogger();
        VirtualWorld.Run(async world =>
        {
            ChainOptions Options() => world.Options(o => o.LoggerFactory = log);

            async Task EndsAsync<T>(ChainBuilder<string, T> builder, LatencyBudget budget = default)
            {
                ChainOptions options = Options();
                (options.Budget, options.MaxTurns, options.Grace) = (budget, 1, TimeSpan.FromMilliseconds(1.5));
                Chain<string, T> chain = builder.Build(options);
                Turn<T> turn = chain.Start(Secret);
                messages.Add((await chain.Start(Secret).Completion).Error?.Message ?? "");
                TurnResult result = await turn.Completion;
                messages.AddRange([result.Error?.Message ?? "", (await turn.WhenQuiescentAsync()).ToString(), result.Report.ToString(), result.Report.ToWaterfall(), chain.ToMermaid()]);
                await chain.DrainAsync();
                await chain.DisposeAsync();
            }

            ChainBuilder<string, string> start = Chain.From<string>("chain");
            await EndsAsync(start.Then("late", world.DeafWork<string>(9.5)), LatencyBudget.Total(TimeSpan.FromMilliseconds(1.5)));
            await EndsAsync(start.Then("late", world.Work<string>(9.5), o => o.Budget(TimeSpan.FromMilliseconds(1.5)).OnOverrun(Overrun.Cancel)));
            await EndsAsync(start.Then("late", world.Work<string>(9.5), o => o.Budget(TimeSpan.FromMilliseconds(1.5))));
            await EndsAsync(start.Then<string>("broken", async (_, token) =>
            {
                await world.Delay(1.5, token);
                throw new InvalidDataException(Secret);
            }));
            await EndsAsync(start.Then("work", world.Work<string>(1.5)).Loop("loop", b => b.Then("round", x => x), _ => true, LoopBound.Fail(1500)));
            await EndsAsync(start.Then("work", world.Work<string>(1.5)).Route("route", x => x, r => r.To("a", b => b)));
            await EndsAsync(start.Then("work", world.Work<string>(1.5)).Revise("none", (_, _) => AsyncEnumerable.Empty<Hypothesis<string>>()));
            await EndsAsync(start.Then("work", world.Work<string>(1.5)).Then("task", (_, _) => Nothing()));
        });
        messages.Add(Record.Exception(() => Chain.From<int>("chain").Then("a/b", x => x).Loop("loop", b => b, _ => true, LoopBound.Fail(-1500))
            .Then("slow", x => x, o => o.Budget(TimeSpan.FromMilliseconds(2.5)).Concurrency(-1500).Capacity(-2500).MaxSpeculations(-1)).Build(new ChainOptions
            {
                Budget = LatencyBudget.Total(TimeSpan.FromMilliseconds(1.5)), MaxTurns = -1500, Grace = TimeSpan.FromMilliseconds(-1.5), Speculation = new() { WasteShare = -1.5, HookTimeout = TimeSpan.FromMilliseconds(-1.5) },
            }))!.Message);
        messages.Add(Record.Exception(() => LatencyBudget.Total(TimeSpan.FromMilliseconds(-1.5)))!.Message);
        messages.Add(Record.Exception(() => new SpeculationController(new() { Price = -1.5 }))!.Message);
        messages.Add(Record.Exception(() => VirtualWorld.Run(async world =>
        {
            await world.Delay(1.5);
            world.Record("waits");
            await new TaskCompletionSource().Task;
        }))!.Message);
        messages.AddRange(log.Messages);
        Assert.True(log.Messages.Count > 10);
        return messages;

        static ValueTask<string> Nothing() => ValueTask.FromException<string>(new InvalidOperationException());
    }

    static IReadOnlyList<string> InCulture(string culture, Func<List<string>> act)
    {
        (CultureInfo? before, CultureInfo? beforeUi) = (CultureInfo.DefaultThreadCurrentCulture, CultureInfo.DefaultThreadCurrentUICulture);
        CultureInfo here = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture;
        try
        {
            return act();
        }
        finally
        {
            CultureInfo.CurrentCulture = here;
            (CultureInfo.DefaultThreadCurrentCulture, CultureInfo.DefaultThreadCurrentUICulture) = (before, beforeUi);
        }
    }
}
