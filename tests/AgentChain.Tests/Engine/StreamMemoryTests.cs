using System.Runtime.CompilerServices;
using AgentChain.Speculation;

namespace AgentChain.Tests.Engine;

/// <summary>A turn's memory does not grow with the length of its streams.</summary>
[Collection(nameof(AloneInTheProcess))]
public class StreamMemoryTests
{
    const int Items = 40_000;
    const int Early = 2_000;

    /// <summary>Without folding each item costs 300 bytes and more, and its own size where inputs are kept.</summary>
    const long MostGrowth = 4_000_000;

    public enum Shape
    {
        Stream,
        FusedEach,
        StreamEach,
        StreamEachTwice,
        ThenEach,
        ThenEachWithBudget,
        ThenEachWithFallback,
        Regroup,
        SubChain,
        Speculating,
        SpeculatingHypotheses,
    }

    public static TheoryData<Shape> Shapes() => [.. Enum.GetValues<Shape>()];

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task Turn_WithALongStream_MemoryStaysFlatAndSumsAreExact(Shape shape)
    {
        await using StreamChain<int, byte[]> sub = Chain.From<int>("sub").Stream<byte[]>("inside", (n, _, _) => Make(n)).Build();
        await using StreamChain<int, byte[]> chain = Build(shape, sub);
        Turn<byte[]> turn = chain.Start(Items);
        int count = 0;
        long before = 0;
        long after = 0;
        await foreach (byte[] _ in turn.Output)
        {
            count++;
            if (count == Early)
            {
                before = GC.GetTotalMemory(forceFullCollection: true);
            }
            else if (count == Items)
            {
                after = GC.GetTotalMemory(forceFullCollection: true);
            }
        }

        Assert.Equal(Items, count);
        Assert.InRange(after - before, long.MinValue, MostGrowth);
        TurnResult result = await turn.Completion;
        Reports.AssertLawful(result);
        foreach (IGrouping<string, BlockSpan> block in result.Report.Spans.GroupBy(s => s.Block))
        {
            Assert.InRange(block.Count(), 1, 40);
            Assert.All(block, s => Assert.InRange(s.Working, TimeSpan.Zero, s.Ended - s.Started));
        }

        // Those that were begun early and in the end had to be made again are told apart.
        int runs = result.Report.Spans.Where(s => s.Block == "each" && !s.Notes.HasFlag(SpanNotes.Terminated)).Sum(s => s.Runs);
        Assert.Equal(shape is Shape.Stream or Shape.FusedEach or Shape.Regroup or Shape.SubChain or Shape.SpeculatingHypotheses ? 0 : Items, runs);
    }

    [Fact]
    public async Task StreamEach_LongStream_InputsAreCollectedWhileTheTurnRuns()
    {
        List<WeakReference> inputs = [];
        await using StreamChain<int, int> chain = Chain.From<int>("inputs")
            .Stream<byte[]>("make", (n, _, _) => Tracked(n, inputs))
            .ThenEach("each", async (byte[] x, CancellationToken _) =>
            {
                await Task.Yield();
                return x.Length;
            }, o => o.StreamCapacity(4))
            .Build(new ChainOptions { OutputCapacity = 4 });
        Turn<int> turn = chain.Start(1000);
        int count = 0;
        int alive = int.MaxValue;
        await foreach (int _ in turn.Output)
        {
            if (++count == 900)
            {
                // What is between the blocks, and what they work on, and a few that a thread's stack still points to.
                alive = Alive(inputs);
            }
        }

        Assert.InRange(alive, 0, 40);
        Assert.Equal(TurnOutcome.Completed, (await turn.Completion).Outcome);
        Assert.InRange(Alive(inputs), 0, 4);
        GC.KeepAlive(turn);
    }

    [Fact]
    public async Task Revise_ManyHypotheses_MemoryStaysFlat()
    {
        long before = 0;
        long after = 0;
        await using Chain<int, int> chain = Chain.From<int>("hypotheses")
            .Revise("listen", new Revising(n => Hypotheses(n, at =>
            {
                if (at == Early)
                {
                    before = GC.GetTotalMemory(forceFullCollection: true);
                    return;
                }

                // The pool may still have to end runs of the latest hypotheses; memory that is kept for the turn does not fall.
                SpinWait.SpinUntil(
                    () => (after = GC.GetTotalMemory(forceFullCollection: true)) - before <= 2 * MostGrowth, TimeSpan.FromSeconds(10));
            })))
            .Then("fused", x => x + 1)
            .Then("work", (x, _) => ValueTask.FromResult(x), o => o.Speculate())
            .Build(new ChainOptions { Speculation = new SpeculationOptions { Controller = new EagerController() } });
        Turn<int> turn = chain.Start(Items);
        Assert.Equal([Items + 1], await turn.Output.ToListAsync());
        Assert.InRange(after - before, long.MinValue, 2 * MostGrowth);

        // Those that a busy machine had not ended when the turn did have spans of their own.
        Assert.InRange((await turn.Completion).Report.Spans.Count, 1, Items / 20);
    }

    static StreamChain<int, byte[]> Build(Shape shape, StreamChain<int, byte[]> sub)
    {
        ChainBuilder<int, int> begin = Chain.From<int>("long");
        StreamChainBuilder<int, byte[]> items = begin.Stream<byte[]>("make", (n, _, _) => Make(n));
        return (shape switch
        {
            Shape.Stream => items,
            Shape.FusedEach => items.ThenEach("each", (byte[] x) => x),
            Shape.StreamEach => items.StreamEach<byte[]>("each", (x, _, _) => new[] { x }.ToAsyncEnumerable()),
            Shape.StreamEachTwice => items.StreamEach<byte[]>("each", (x, _, _) => new[] { x }.ToAsyncEnumerable())
                .StreamEach<byte[]>("again", (x, _, _) => new[] { x }.ToAsyncEnumerable()),
            Shape.ThenEach => items.ThenEach("each", Work),
            Shape.ThenEachWithBudget => items.ThenEach("each", Work, o => o.Budget(TimeSpan.FromMinutes(10))),
            Shape.ThenEachWithFallback => items.ThenEach("each", Work, o => o.Budget(TimeSpan.FromMinutes(10)).OnOverrun(Overrun.Fallback(Array.Empty<byte>()))),
            Shape.Regroup => items.Regroup("regroup", new Same()),
            Shape.SubChain => begin.Stream("sub", sub),
            Shape.Speculating => begin.Revise("listen", new Revising(Heard))
                .Stream<byte[]>("make", (n, _, _) => Make(n), o => o.Speculate())
                .ThenEach("each", Work, o => o.Speculate()),
            _ => begin.Revise("listen", new Revising(Heard)).Stream<byte[]>("make", (n, _, _) => Make(n), o => o.Speculate()),
        }).Build(new ChainOptions { Speculation = new SpeculationOptions { Controller = new EagerController(), HoldCapacity = 64 } });
    }

    static async ValueTask<byte[]> Work(byte[] x, CancellationToken token)
    {
        if (x[0] % 16 == 0)
        {
            await Task.Yield();
        }

        return x;
    }

    static async IAsyncEnumerable<byte[]> Make(int count)
    {
        for (int i = 0; i < count; i++)
        {
            byte[] item = new byte[1000];
            item[0] = (byte)i;
            yield return item;
        }

        await Task.CompletedTask;
    }

    static async IAsyncEnumerable<Hypothesis<int>> Heard(int n)
    {
        yield return Hypothesis.Tentative(n, 0.9);
        await Task.Delay(20);
        yield return Hypothesis.Final(n);
    }

    static async IAsyncEnumerable<Hypothesis<int>> Hypotheses(int count, Action<int> measure)
    {
        for (int i = 0; i < count; i++)
        {
            if (i % 8 == 0)
            {
                await Task.Yield();
            }

            if (i == Early || i == count - 1)
            {
                measure(i);
            }

            yield return Hypothesis.Tentative(i, 0.9);
        }

        yield return Hypothesis.Final(count);
    }

    static async IAsyncEnumerable<byte[]> Tracked(int count, List<WeakReference> inputs)
    {
        for (int i = 0; i < count; i++)
        {
            await Task.Yield();
            yield return Track(inputs);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static byte[] Track(List<WeakReference> inputs)
    {
        byte[] item = new byte[100];
        lock (inputs)
        {
            inputs.Add(new WeakReference(item));
        }

        return item;
    }

    static int Alive(List<WeakReference> inputs)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        lock (inputs)
        {
            return inputs.Count(i => i.IsAlive);
        }
    }

    sealed class Revising(Func<int, IAsyncEnumerable<Hypothesis<int>>> make) : IRevisingBlock<int, int>
    {
        public IAsyncEnumerable<Hypothesis<int>> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken) => make(input);
    }

    sealed class Same : IRegroupBlock<byte[], byte[]>, IRegrouper<byte[], byte[]>
    {
        public IRegrouper<byte[], byte[]> Begin(BlockContext context) => new Same();

        public void Add(byte[] item, ICollection<byte[]> ready) => ready.Add(item);

        public void Complete(ICollection<byte[]> ready)
        {
        }
    }
}

/// <summary>Tests that measure the process's memory, and so have it for themselves.</summary>
[CollectionDefinition(nameof(AloneInTheProcess), DisableParallelization = true)]
public sealed class AloneInTheProcess;
