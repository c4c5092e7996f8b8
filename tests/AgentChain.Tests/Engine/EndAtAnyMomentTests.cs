using System.Runtime.CompilerServices;
using AgentChain.Devices;
using AgentChain.Simulation;

namespace AgentChain.Tests.Engine;

/// <summary>
/// Laws 1 and 4: a turn is interrupted while the engine looks at the clock, one run for each look, so between any two of its lines that look
/// there. Once the turn is said to be quiet no block begins; no lease stays open, nothing is left that works.
/// </summary>
public class EndAtAnyMomentTests
{
    public static TheoryData<string> Shapes => [.. Chains.Keys];

    static readonly Dictionary<string, Func<Steps, ChainOptions, ChainBase<int, int>>> Chains = new()
    {
        ["value"] = static (s, o) => Chain.From<int>("c").Then("a", s.WorkAsync).Then("b", s.Work).Then("c", s.WorkAsync).Build(o),
        ["synchronous"] = static (s, o) => Chain.From<int>("c").Then("a", s.Work).Then("b", s.Work, b => b.Queued()).Then("c", s.Work).Build(o),
        ["device"] = static (s, o) => Chain.From<int>("c").Then("a", s.WorkAsync, b => b.On("cpu")).Then("b", s.WorkAsync, b => b.On("cpu")).Build(o),
        ["stream"] = static (s, o) => Chain.From<int>("c").Stream<int>("a", s.StreamAsync, b => b.On("cpu")).ThenEach("b", s.Work).Collect("all").Then("sum", Enumerable.Sum).Build(o),
        ["each"] = static (s, o) => Chain.From<int>("c").Stream<int>("a", s.StreamAsync).StreamEach<int>("b", s.StreamAsync, b => b.On("cpu")).Build(o),
        ["then each"] = static (s, o) => Chain.From<int>("c").Stream<int>("a", s.StreamAsync).ThenEach("b", s.WorkAsync).Build(o),
        ["fork"] = static (s, o) => Chain.From<int>("c").Parallel("p", l => l.Then("l", s.WorkAsync), r => r.Then("r", s.Work), (_, l, r) => l + r).Then("b", s.Work).Build(o),
        ["revise"] = static (s, o) => Chain.From<int>("c").Revise("a", new Revising(s)).Then("b", s.WorkAsync, b => b.Concurrency(1)).Build(o),
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Interrupt_AtAnyLookAtTheClock_NothingBeginsOnceItIsQuiet(string shape)
    {
        int at = 0;
        while (VirtualWorld.Run(world => RunAsync(world, Chains[shape], ++at, isDeaf: false)))
        {
        }

        Assert.InRange(at, 5, 500);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Interrupt_AtAnyLookAtTheClock_DeafBlocksAreLeftBehindAfterTheGrace(string shape)
    {
        int at = 0;
        while (VirtualWorld.Run(world => RunAsync(world, Chains[shape], ++at, isDeaf: true)))
        {
        }

        Assert.InRange(at, 5, 500);
    }

    /// <summary>One run; false when the turn had ended before the clock was looked at so often.</summary>
    static async Task<bool> RunAsync(VirtualWorld world, Func<Steps, ChainOptions, ChainBase<int, int>> make, int at, bool isDeaf)
    {
        using var devices = new DeviceScheduler([ComputeDevice.Cpu(1)]);
        var clock = new InterruptingClock(world.Clock, at);
        Task<TurnQuiescence>? quiet = null;
        var steps = new Steps(world, isDeaf, () => quiet is { IsCompleted: true });
        await using ChainBase<int, int> chain = make(steps, world.Options(o => (o.TimeProvider, o.Devices) = (clock, devices)));
        Turn<int> turn = chain.Start(1);
        clock.Act = () =>
        {
            turn.Interrupt();
            quiet = turn.WhenQuiescentAsync();
        };
        try
        {
            Assert.NotEmpty(await turn.Output.ToListAsync());
            Assert.Equal(TurnOutcome.Completed, (await turn.Completion).Outcome);
        }
        catch (TurnInterruptedException)
        {
        }

        TurnResult result = await turn.Completion;
        await world.Delay(10_000);
        Assert.True(steps.BegunLate.Count == 0, $"Interrupted at look {at}, begun when all was quiet: {string.Join(", ", steps.BegunLate)}.");
        Assert.True(quiet is null or { IsCompletedSuccessfully: true }, $"Interrupted at look {at}, it was never quiet.");
        Assert.True(quiet is null || quiet.Result.Elapsed <= 101.Milliseconds(), $"Interrupted at look {at}, it was quiet only after {quiet?.Result.Elapsed}.");
        Assert.Equal(0, devices.OpenLeases);
        Assert.Equal(0, chain.LiveTurns);
        Assert.Equal(0, chain.DetachedBlocks);
        Reports.AssertLawful(result);
        return clock.HasActed;
    }

    /// <summary>Blocks that say when one of them began although the turn was quiet.</summary>
    sealed class Steps(VirtualWorld world, bool isDeaf, Func<bool> isQuiet)
    {
        public List<string> BegunLate { get; } = [];

        public int Work(int input) => Begin(input, "synchronous");

        public async ValueTask<int> WorkAsync(int input, CancellationToken token)
        {
            Begin(input, "asynchronous");
            await WaitAsync(token);
            return input;
        }

        public async IAsyncEnumerable<int> StreamAsync(int input, BlockContext context, [EnumeratorCancellation] CancellationToken token)
        {
            Begin(input, "stream");
            for (int i = 0; i < 2; i++)
            {
                await WaitAsync(token);
                yield return input;
            }
        }

        Task WaitAsync(CancellationToken token) => isDeaf ? world.Delay(1000) : world.Delay(10, token);

        int Begin(int input, string name)
        {
            if (isQuiet())
            {
                BegunLate.Add(name);
            }

            return input;
        }
    }

    sealed class Revising(Steps steps) : IRevisingBlock<int, int>
    {
        public async IAsyncEnumerable<Hypothesis<int>> InvokeAsync(int input, BlockContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await foreach (int value in steps.StreamAsync(input, context, cancellationToken))
            {
                yield return Hypothesis.Tentative(value, 0.5);
            }

            yield return Hypothesis.Final(input);
        }
    }
}
