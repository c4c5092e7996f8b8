using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using AgentChain.Devices;
using AgentChain.Speculation;

namespace AgentChain.Tests.Engine.Speculation;

/// <summary>Commit, cancel and interrupt racing on real threads.</summary>
public class SpeculationStressTests(ITestOutputHelper output)
{
    const int Turns = 100_000;
    const int AtOnce = 64;

    [Fact]
    public async Task HundredThousandTurns_RacingCommitsAndInterrupts_NothingIsLostSeenTwiceOrLeftOpen()
    {
        using var devices = new DeviceScheduler([ComputeDevice.Cpu(1) with { MaxLeases = 16 }]);
        var effects = new ConcurrentDictionary<int, int>();
        var agent = new Agent();
        int leaked = 0;
        await using Chain<int, int> chain = Chain.From<int>("stress")
            .Revise("listen", new Listener())
            .Then("redact", x => x >> 4)
            .Parallel("both", l => l.Then("search", SameAsync, o => o.Speculate().On("cpu")), r => r.Then("facts", x => x + 1), (_, l, r) => l + r)
            .Then("agent", agent, o => o.Speculate().Concurrency(8))
            .Stream<int>("respond", (x, _, token) => YieldingStreams.RespondAsync(x, 3, token), o => o.Speculate().On("cpu"))
            .ThenEach("words", x => x + 1)
            .StreamEach<int>("speak", (x, _, token) => YieldingStreams.SpeakAsync(x, token), o => o.Speculate())
            .Collect("all")
            .Then("sum", Enumerable.Sum)
            .Then(
                "order",
                (int x, BlockContext context, CancellationToken _) =>
                {
                    Interlocked.Add(ref leaked, context.IsSpeculative ? 1 : 0);
                    effects.AddOrUpdate((int)context.TurnId.Value, 1, (_, n) => n + 1);
                    return ValueTask.FromResult(x);
                },
                o => o.Effect(Effect.Effectful))
            .Build(new ChainOptions
            {
                Devices = devices,
                Speculation = new SpeculationOptions { Controller = new EagerController(), HookTimeout = 120.Seconds() },
            });

        int next = 0;
        int completed = 0;
        int interrupted = 0;
        int committed = 0;
        int terminated = 0;
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => Task.Run(async () =>
        {
            for (int i = Interlocked.Increment(ref next); i <= Turns; i = Interlocked.Increment(ref next))
            {
                int input = i * 37;
                await using Turn<int> turn = chain.Start(input);
                if (i % 3 == 0)
                {
                    for (int wait = i % 7; wait > 0; wait--)
                    {
                        await Task.Yield();
                    }

                    turn.Interrupt();
                }

                TurnResult result = await turn.Completion.WaitAsync(TimeSpan.FromMinutes(2));
                SpeculationAccount account = result.Report.Speculation;
                Assert.Equal(account.Started, account.Committed + account.Terminated);
                Interlocked.Add(ref committed, account.Committed);
                Interlocked.Add(ref terminated, account.Terminated);
                if (result.Outcome == TurnOutcome.Completed)
                {
                    Interlocked.Increment(ref completed);
                    Assert.Equal(Expected(input), await turn.Output.SingleAsync());
                    Assert.Equal(1, effects[(int)turn.Id.Value]);
                }
                else
                {
                    Assert.True(result.Outcome == TurnOutcome.Interrupted, $"{result.Outcome}: {result.Error}");
                    Interlocked.Increment(ref interrupted);
                }
            }
        })));

        output.WriteLine($"{completed} completed, {interrupted} interrupted, {committed} speculations committed, {terminated} terminated");
        Assert.Equal(Turns, completed + interrupted);
        Assert.True(committed > Turns / 4 && terminated > Turns / 4, "Too little was speculated.");
        Assert.Equal((0, 0), (leaked, agent.Errors));
        Assert.All(effects.Values, times => Assert.Equal(1, times));
        await Eventually.Async(() => devices.OpenLeases == 0 && chain.DetachedBlocks == 0 && agent.Open == 0);
        Assert.Equal(0, chain.LiveTurns);
    }

    static int Expected(int input)
    {
        int joined = ((input >> 4) * 2) + 1;
        return Enumerable.Range(0, 3).Sum(i => 2 * (joined + i + 1));
    }

    static async ValueTask<int> SameAsync(int x, CancellationToken token)
    {
        await Task.Yield();
        token.ThrowIfCancellationRequested();
        return x;
    }

    /// <summary>Right, nearly right and wrong hypotheses, with or without time between them.</summary>
    sealed class Listener : IRevisingBlock<int, int>
    {
        public async IAsyncEnumerable<Hypothesis<int>> InvokeAsync(
            int input, BlockContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            for (int i = 0; i < input % 4; i++)
            {
                yield return Hypothesis.Tentative((input + i) % 3 == 0 ? input : (input + i) % 3 == 1 ? input ^ 1 : input + 4096, 0.5);
                for (int wait = (input + i) % 5; wait > 0; wait--)
                {
                    await Task.Yield();
                }
            }

            yield return Hypothesis.Final(input);
        }
    }

    /// <summary>Counts the runs whose result it was not notified of.</summary>
    sealed class Agent : IBlock<int, int>, ICommitHooks
    {
        readonly ConcurrentDictionary<long, bool> _open = new();

        int _errors;

        public int Open => _open.Count;

        /// <summary>Notifications that came twice, or for runs that never began.</summary>
        public int Errors => _errors;

        public async ValueTask<int> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken)
        {
            Interlocked.Add(ref _errors, _open.TryAdd(context.RunNumber, true) ? 0 : 1);
            await Task.Yield();
            return input;
        }

        public ValueTask OnCommittedAsync(BlockContext context, CancellationToken cancellationToken)
        {
            Interlocked.Add(ref _errors, _open.TryRemove(context.RunNumber, out _) ? 0 : 1);
            return default;
        }

        public ValueTask OnTerminatedAsync(BlockContext context, CancellationToken cancellationToken)
        {
            Interlocked.Add(ref _errors, _open.TryRemove(context.RunNumber, out _) ? 0 : 1);
            return default;
        }
    }
}
