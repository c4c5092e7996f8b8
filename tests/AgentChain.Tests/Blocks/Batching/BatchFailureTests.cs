using AgentChain.Blocks.Batching;
using AgentChain.Simulation;
using AgentChain.Testing;
using AgentChain.Tests.Engine;

namespace AgentChain.Tests.Blocks.Batching;

/// <summary>Batches that fail and items that leave.</summary>
public class BatchFailureTests
{
    static readonly BatchOptions Wait10 = new() { MaxWait = 10.Milliseconds() };

    [Fact]
    public void Cancel_ItemWaits_TheOthersRunWithoutIt() => VirtualWorld.Run(async world =>
    {
        var batches = new Batches(world);
        await using Chain<int, int> chain = batches.Chain(Wait10);
        var turns = await Batches.StartAt(world, chain, 0, 1, 2);

        turns[0].Turn.Interrupt();
        TurnResult[] results = await Task.WhenAll(turns.Select(t => t.Result));

        Assert.Equal(["10: 1 2"], batches.Begun);
        Assert.Equal([TurnOutcome.Interrupted, TurnOutcome.Completed, TurnOutcome.Completed], results.Select(r => r.Outcome));
        Assert.Equal(2.0, results[0].Report.Elapsed.Ms());
    });

    [Fact]
    public void Cancel_BatchRuns_TheOthersGetTheirOutputs() => VirtualWorld.Run(async world =>
    {
        var batches = new Batches(world);
        await using Chain<int, int> chain = batches.Chain(Wait10);
        Task<int>[] values = [.. Enumerable.Range(0, 3).Select(x => chain.RunAsync(x).AsTask())];
        using var stop = new CancellationTokenSource();
        Task<int> left = chain.RunAsync(3, stop.Token).AsTask();
        await world.Delay(15);

        stop.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        Assert.Equal(15, world.Elapsed.Ms());
        int[] outputs = await Task.WhenAll(values);
        Assert.Equal([0, 10, 20], outputs);
        Assert.Empty(batches.Canceled);
    });

    [Fact]
    public void Batch_FailsWithAnOverrunWhoseMessageThrows_EachItemFails() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("desk")
            .Then("batched", new BatchedBlock<int, int>(new Broken(), Wait10))
            .Build(world.Options(o => o.Budget = LatencyBudget.Total(1.Seconds())));

        TurnResult[] results = await Task.WhenAll(Enumerable.Range(0, 3).Select(x => chain.Start(x).Completion));

        Assert.All(results, result => Assert.Equal(TurnOutcome.Failed, result.Outcome));
    });

    sealed class Broken : IBlock<IReadOnlyList<int>, IReadOnlyList<int>>
    {
        public ValueTask<IReadOnlyList<int>> InvokeAsync(IReadOnlyList<int> input, BlockContext context, CancellationToken cancellationToken) =>
            throw new SilentOverrun();
    }

    sealed class SilentOverrun() : BlockOverrunException("silent", null!)
    {
        public override string Message => throw new InvalidOperationException("no message");
    }

    [Theory]
    [InlineData(false, 16)]
    [InlineData(true, 115)]
    public void Cancel_AllLeave_TheBatchIsCanceledAndTheNextBegins(bool isDeaf, double next) => VirtualWorld.Run(async world =>
    {
        var batches = new Batches(world, start: 1000) { IsDeaf = isDeaf };
        await using Chain<int, int> chain = batches.Chain(Wait10);
        var turns = await Batches.StartAt(world, chain, 0, 1);
        await world.Delay(14);
        turns[0].Turn.Interrupt();
        turns[1].Turn.Interrupt();
        await world.Delay(1);

        Turn<int> later = chain.Start(5);
        await world.Delay(200);

        Assert.Equal(isDeaf ? 0 : 1, batches.Canceled.Count);
        Assert.Equal(["10: 0 1", $"{(isDeaf ? next : next + 10)}: 5"], batches.Begun);
        later.Interrupt();
    });

    [Fact]
    public void Run_BatchFails_EachItemFailsWithItsOwnException() => VirtualWorld.Run(async world =>
    {
        var batches = new Batches(world) { Make = static items => items.Contains(13) ? throw new InvalidDataException("bad") : [.. items] };
        await using Chain<int, int> chain = batches.Chain(Wait10);

        TurnResult[] results = await Task.WhenAll(new[] { 1, 13, 2 }.Select(x => chain.Start(x).Completion));

        Exception[] errors = [.. results.Select(r => Assert.IsType<BatchException>(r.Error!.InnerException))];
        Assert.Equal(3, errors.Distinct().Count());
        Assert.All(errors, e => Assert.IsType<InvalidDataException>(e.InnerException));
        Assert.Contains("3 items of block 'embed' failed with InvalidDataException", errors[0].Message, StringComparison.Ordinal);
        Assert.IsType<InvalidDataException>((await chain.Start(13).Completion).Error!.InnerException);
        Assert.Equal(4, await chain.RunAsync(4));
    });

    [Fact]
    public void Run_BatchFailsAndRetriesSingly_OnlyTheBadItemFails() => VirtualWorld.Run(async world =>
    {
        var batches = new Batches(world) { Make = static items => items.Contains(13) ? throw new InvalidDataException("bad") : [.. items] };
        await using Chain<int, int> chain = batches.Chain(new() { MaxWait = 10.Milliseconds(), RetriesSingly = true });

        TurnResult[] results = await Task.WhenAll(new[] { 1, 13, 2 }.Select(x => chain.Start(x).Completion));

        Assert.Equal(["10: 1 13 2", "33: 1", "54: 13", "75: 2"], batches.Begun);
        Assert.Equal([TurnOutcome.Completed, TurnOutcome.Failed, TurnOutcome.Completed], results.Select(r => r.Outcome));
        Assert.IsType<InvalidDataException>(results[1].Error!.InnerException);
    });

    [Fact]
    public void Run_BatchExceedsALimitOfItsOwn_EachItemFollowsItsOverrunRule() => VirtualWorld.Run(async world =>
    {
        var batches = new Batches(world) { Make = static _ => throw new BlockOverrunException("too many tokens") };
        await using Chain<int, int> chain = batches.Chain(
            Wait10, configure: o => o.Budget(1.Seconds()).OnOverrun(Overrun.Fallback(-1)));

        int[] outputs = await Task.WhenAll(chain.RunAsync(1).AsTask(), chain.RunAsync(2).AsTask());
        Assert.Equal([-1, -1], outputs);
    });

    [Theory]
    [InlineData(1, "1 output")]
    [InlineData(3, "3 outputs")]
    [InlineData(-1, "null")]
    public void Run_WrongNumberOfOutputs_SaysSo(int outputs, string says) => VirtualWorld.Run(async world =>
    {
        var batches = new Batches(world) { Make = _ => outputs < 0 ? null! : new int[outputs] };
        await using Chain<int, int> chain = batches.Chain(Wait10);

        TurnResult[] results = await Task.WhenAll(chain.Start(1).Completion, chain.Start(2).Completion);

        Assert.All(results, r => Assert.StartsWith(
            $"Block 'embed' returned {says} for a batch of 2 inputs; it must return one output for each", r.Error!.InnerException!.Message, StringComparison.Ordinal));
        Assert.NotSame(results[0].Error!.InnerException, results[1].Error!.InnerException);
    });

    [Fact]
    public void Run_TooManyWait_TheFurtherOnesFail() => VirtualWorld.Run(async world =>
    {
        var batches = new Batches(world);
        await using Chain<int, int> chain = batches.Chain(new() { MaxSize = 1, Capacity = 2 });

        TurnResult[] results = await Task.WhenAll(Enumerable.Range(0, 5).Select(x => chain.Start(x).Completion));

        Assert.Equal(3, results.Count(r => r.Outcome == TurnOutcome.Completed));
        Assert.All(results.Where(r => r.Outcome == TurnOutcome.Failed), r => Assert.StartsWith(
            "2 items of block 'embed' wait for a batch already.", Assert.IsType<BatchException>(r.Error!.InnerException).Message, StringComparison.Ordinal));
        Assert.Equal(9 * 10, await chain.RunAsync(9));
    });

    [Fact]
    public void Batched_BlockWithCommitHooks_IsRefused()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => new Hooked().Batched());
        Assert.Contains("Hooked has commit hooks", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Run_RandomArrivalsFailuresAndCancellations_EveryTurnHasItsOwnOutput(int seed) => VirtualWorld.Run(async world =>
    {
        var random = new Random(seed);
        var batches = new Batches(world, start: 5, each: 0.5)
        {
            Make = items => random.NextDouble() < 0.1 ? throw new InvalidDataException() : [.. items.Select(item => item * 10)],
        };
        var options = new BatchOptions { MaxSize = 8, Concurrency = 2, MaxWait = 3.Milliseconds(), RetriesSingly = seed == 2 };
        await using Chain<int, int> chain = batches.Chain(options, o => o.Budget = LatencyBudget.Total(40.Milliseconds()));
        List<(int Input, Task<TurnResult> Result, Task<int[]> Output)> turns = [];
        for (int i = 0; i < 3000; i++)
        {
            await world.Delay(-Math.Log(1 - random.NextDouble()) * 0.8);
            Turn<int> turn = chain.Start(i);
            turns.Add((i, turn.Completion, ReadAsync(turn)));
            if (random.NextDouble() < 0.1)
            {
                await world.Delay(random.NextDouble());
                turn.Interrupt();
            }
        }

        int completed = 0;
        foreach ((int input, Task<TurnResult> result, Task<int[]> output) in turns)
        {
            if ((await result).Outcome == TurnOutcome.Completed)
            {
                Assert.Equal([input * 10], await output);
                completed++;
            }
        }

        Assert.InRange(completed, 1500, 2900);
        Assert.Equal(0, chain.LiveTurns);

        static async Task<int[]> ReadAsync(Turn<int> turn)
        {
            try
            {
                List<int> all = [];
                await foreach (int item in turn.Output)
                {
                    all.Add(item);
                }

                return [.. all];
            }
            catch (Exception)
            {
                return [];
            }
        }
    });

    [Fact]
    public async Task Run_ManyThreads_EveryTurnHasItsOwnOutput()
    {
        IBlock<IReadOnlyList<int>, IReadOnlyList<int>> twice = new Twice();
        var block = twice.Batched(new() { MaxWait = 1.Milliseconds(), Concurrency = 2 });
        await using Chain<int, int> chain = Chain.From<int>("batch").Then("twice", block).Build();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            for (int i = 0; i < 200; i++)
            {
                int[] inputs = [.. Enumerable.Range(0, 5).Select(n => (worker * 100_000) + (i * 10) + n)];
                Assert.Equal(inputs.Select(x => x * 2), await Task.WhenAll(inputs.Select(x => chain.RunAsync(x).AsTask())));
            }
        })));

        Assert.Equal(8000, block.Counts.Items);
        Assert.True(block.Counts.Batches < 8000);
    }

    [Fact]
    public Task Batched_BlockContract_IsKept() => new Contract().VerifyAsync();

    sealed class Contract : BlockContract<int, int>
    {
        protected override IReadOnlyList<int> Inputs => [1, 2];

        protected override ChainOptions CreateOptions() => new() { Grace = 5.Seconds() };

        protected override IBlock<int, int> Create() => new Twice().Batched();
    }

    sealed class Twice : IBlock<IReadOnlyList<int>, IReadOnlyList<int>>
    {
        public async ValueTask<IReadOnlyList<int>> InvokeAsync(IReadOnlyList<int> input, BlockContext context, CancellationToken cancellationToken)
        {
            await Task.Delay(2, cancellationToken);
            return [.. input.Select(x => x * 2)];
        }
    }

    sealed class Hooked : IBlock<IReadOnlyList<int>, IReadOnlyList<int>>, ICommitHooks
    {
        public ValueTask<IReadOnlyList<int>> InvokeAsync(IReadOnlyList<int> input, BlockContext context, CancellationToken cancellationToken) => new(input);

        public ValueTask OnCommittedAsync(BlockContext context, CancellationToken cancellationToken) => default;

        public ValueTask OnTerminatedAsync(BlockContext context, CancellationToken cancellationToken) => default;
    }
}
