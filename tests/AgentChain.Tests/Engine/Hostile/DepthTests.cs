using AgentChain.Simulation;
using AgentChain.Speculation;
using AgentChain.Tests.Engine.Speculation;

namespace AgentChain.Tests.Engine.Hostile;

/// <summary>However much completes in place, the stack does not grow with it.</summary>
public sealed class DepthTests
{
    const int Many = 100_000;
    static readonly TimeSpan Generous = TimeSpan.FromSeconds(120);

    public enum Shape
    {
        Loop,
        LoopOfAsyncBlocks,
        LoopOfParallel,
        FusedStreamNode,
        AsyncItems,
        StreamsOfItems,
        Hypotheses,
        SpeculatedHypotheses,
    }

    public static TheoryData<Shape, bool> Shapes()
    {
        var data = new TheoryData<Shape, bool>();
        foreach (Shape shape in Enum.GetValues<Shape>())
        {
            data.Add(shape, false);
            data.Add(shape, true);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Run_OneHundredThousandStepsCompleteInPlace_TheTurnCompletes(Shape shape, bool isVirtual)
    {
        if (isVirtual)
        {
            VirtualWorld.Run(world => RunAsync(Build(shape), world.Options()));
        }
        else
        {
            Assert.True(Task.Run(() => RunAsync(Build(shape), new ChainOptions())).Wait(Generous));
        }
    }

    /// <summary>Each turn's block completes the next one's, on its own stack.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Run_TurnsCompleteEachOtherInPlace_AllComplete(bool queued)
    {
        const int Turns = 20_000;
        TaskCompletionSource[] gates = [.. Enumerable.Range(0, Turns + 1).Select(_ => new TaskCompletionSource())];
        await using Chain<int, int> chain = Chain.From<int>("dominoes")
            .Then("wait", async (x, _) =>
            {
                await gates[x].Task.ConfigureAwait(false);
                return x;
            }, o => o.Concurrency(Turns))
            .Then("knock", x =>
            {
                gates[x + 1].SetResult();
                return x;
            }, o => _ = queued ? o.Queued() : o)
            .Build(new ChainOptions { MaxTurns = Turns });
        Task<int>[] turns = [.. Enumerable.Range(0, Turns).Select(i => chain.RunAsync(i).AsTask())];
        gates[0].SetResult();
        Assert.Equal(Enumerable.Range(0, Turns), await Task.WhenAll(turns).WaitAsync(Generous));
    }

    /// <summary>Cheap blocks without a queue run on each other's stack; a chain of them may be long.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Run_ThousandsOfFusedBlocks_TheTurnCompletes(bool items)
    {
        const int Blocks = 3_000;
        ChainBuilder<int, int> values = Chain.From<int>("long");
        StreamChainBuilder<int, int> streams = values.Stream("count", (_, _) => new Counted(0, 0));
        for (int i = 0; i < Blocks; i++)
        {
            string name = $"add {i}";
            if (items)
            {
                streams = streams.ThenEach(name, x => x + 1);
            }
            else
            {
                values = values.Then(name, x => x + 1);
            }
        }

        await using ChainBase<int, int> chain = items ? streams.Build() : values.Build();
        Assert.Equal(Blocks, (await chain.RunToListAsync(0).AsTask().WaitAsync(Generous))[^1]);
    }

    /// <summary>A reader that ends each turn in the continuation of the one before.</summary>
    [Fact]
    public void Run_TurnsStartedOneInTheOthersContinuation_AllComplete() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("chain").Then("same", x => x).Build(world.Options());
        for (int i = 0; i < Many; i++)
        {
            Assert.Equal(i, await chain.RunAsync(i));
        }
    });

    static async Task RunAsync(Func<ChainOptions, ChainBase<int, int>> build, ChainOptions options)
    {
        await using ChainBase<int, int> chain = build(options);
        int last = 0;
        await using Turn<int> turn = chain.Start(0);
        await foreach (int item in turn.Output)
        {
            last = item;
        }

        Assert.Equal(Many, last);
        Assert.Equal(TurnOutcome.Completed, (await turn.Completion).Outcome);
    }

    static Func<ChainOptions, ChainBase<int, int>> Build(Shape shape) => options =>
    {
        ChainBuilder<int, int> from = Chain.From<int>("deep");
        options.Speculation = new SpeculationOptions { Controller = new EagerController() };
        return shape switch
        {
            Shape.Loop => from.Loop("loop", b => b.Then("add", x => x + 1), x => x < Many, LoopBound.Fail(Many)).Build(options),
            Shape.LoopOfAsyncBlocks => from.Loop("loop", b => b.Then("add", (x, _) => new ValueTask<int>(x + 1)), x => x < Many, LoopBound.Fail(Many)).Build(options),
            Shape.LoopOfParallel => from.Loop(
                "loop",
                b => b.Parallel("both", l => l.Then("left", x => x + 1), r => r.Then("right", x => x), (_, x, _) => x),
                x => x < Many,
                LoopBound.Fail(Many)).Build(options),
            Shape.FusedStreamNode => from.Stream("count", (_, _) => Count()).ThenEach("one", x => x).ThenEach("two", x => x).Build(options),
            Shape.AsyncItems => from.Stream("count", (_, _) => Count()).ThenEach("one", (x, _) => new ValueTask<int>(x)).Build(options),
            Shape.StreamsOfItems => from.Stream("count", (_, _) => Count()).StreamEach("one", (x, _) => new Counted(x, x)).Build(options),
            Shape.Hypotheses => from.Revise("hear", (_, _) => Hear()).Build(options),
            _ => from.Revise("hear", (_, _) => Hear()).Then("next", (x, _) => new ValueTask<int>(x), o => o.Speculate()).Build(options),
        };
    };

    static Counted Count() => new(1, Many);

    static async IAsyncEnumerable<Hypothesis<int>> Hear()
    {
        await foreach (int x in Count())
        {
            yield return x == Many ? Hypothesis.Final(x) : Hypothesis.Tentative(x, 0.5);
        }
    }

    /// <summary>Items that are there at once.</summary>
    sealed class Counted(int from, int to) : IAsyncEnumerable<int>, IAsyncEnumerator<int>
    {
        public int Current { get; private set; } = from - 1;

        public IAsyncEnumerator<int> GetAsyncEnumerator(CancellationToken cancellationToken = default) => this;

        public ValueTask<bool> MoveNextAsync() => new(++Current <= to);

        public ValueTask DisposeAsync() => default;
    }
}
