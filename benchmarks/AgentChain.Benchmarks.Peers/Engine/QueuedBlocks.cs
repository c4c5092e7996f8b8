using System.Threading.Tasks.Dataflow;
using AgentChain.Benchmarks.Peers.Hosts;
using BenchmarkDotNet.Attributes;
using Polly;

namespace AgentChain.Benchmarks.Peers.Engine;

/// <summary>Five asynchronous blocks that really queue: many turns at once, a budget on every block, the report on.</summary>
[MemoryDiagnoser]
public class QueuedBlocks
{
    const int Turns = 64;

    (TransformBlock<int, int> First, TransformBlock<int, int> Last) _linked;
    (TransformBlock<int, int> First, TransformBlock<int, int> Last) _guarded;
    Chain<int, int> _chain = null!;
    Chain<int, int> _wide = null!;
    AkkaPipe _akka = null!;
    readonly ValueTask<int>[] _running = new ValueTask<int>[Turns];

    [GlobalSetup]
    public async Task Setup()
    {
        _linked = Link(Work.StepAsync);

        // As in Polly's documentation: the pipeline is built once, and the delegate is static with its input as state, to avoid a closure.
        ResiliencePipeline timeout = new ResiliencePipelineBuilder().AddTimeout(1.Seconds()).Build();
        _guarded = Link(x => timeout.ExecuteAsync(static (state, _) => new ValueTask<int>(Work.StepAsync(state)), x).AsTask());
        _chain = Five(o => o.Budget(1.Seconds()).Concurrency(4));
        _wide = Five(o => o.Budget(1.Seconds()));
        _akka = AkkaPipe.OfFiveAsynchronousSteps(Work.StepAsync, parallelism: 4, capacity: 1024);
        await Answers.MustBeAsync((Turns * (Turns - 1) / 2) + (5 * Turns), HandLinked, BehindPolly, OfChain, OfWideChain, OfAkka);
    }

    [Benchmark(Baseline = true, Description = "five linked TransformBlocks", OperationsPerInvoke = Turns)]
    public Task<int> HandLinked() => RunAsync(_linked.First, _linked.Last);

    [Benchmark(Description = "five linked TransformBlocks, each behind a Polly timeout", OperationsPerInvoke = Turns)]
    public Task<int> BehindPolly() => RunAsync(_guarded.First, _guarded.Last);

    [Benchmark(Description = "chain of five", OperationsPerInvoke = Turns)]
    public Task<int> OfChain() => RunAsync(_chain);

    [Benchmark(Description = "chain of five, workers unlimited", OperationsPerInvoke = Turns)]
    public Task<int> OfWideChain() => RunAsync(_wide);

    [Benchmark(Description = "Akka.Streams, five SelectAsync(4)", OperationsPerInvoke = Turns)]
    public async Task<int> OfAkka()
    {
        for (int i = 0; i < Turns; i++)
        {
            await _akka.Input.WriteAsync(i);
        }

        int sum = 0;
        for (int i = 0; i < Turns; i++)
        {
            sum += await _akka.Output.ReadAsync();
        }

        return sum;
    }

    [GlobalCleanup]
    public async Task Cleanup()
    {
        await _chain.DisposeAsync();
        await _wide.DisposeAsync();
        await _akka.DisposeAsync();
    }

    static async Task<int> RunAsync(TransformBlock<int, int> first, TransformBlock<int, int> last)
    {
        for (int i = 0; i < Turns; i++)
        {
            await first.SendAsync(i);
        }

        int sum = 0;
        for (int i = 0; i < Turns; i++)
        {
            sum += await last.ReceiveAsync();
        }

        return sum;
    }

    async Task<int> RunAsync(Chain<int, int> chain)
    {
        for (int i = 0; i < Turns; i++)
        {
#pragma warning disable CA2012 // Each is awaited once, below.
            _running[i] = chain.RunAsync(i);
#pragma warning restore CA2012
        }

        int sum = 0;
        for (int i = 0; i < Turns; i++)
        {
            sum += await _running[i];
        }

        return sum;
    }

    static (TransformBlock<int, int> First, TransformBlock<int, int> Last) Link(Func<int, Task<int>> step)
    {
        var options = new ExecutionDataflowBlockOptions { BoundedCapacity = 1024, MaxDegreeOfParallelism = 4 };
        TransformBlock<int, int> first = new(step, options);
        TransformBlock<int, int> last = first;
        for (int i = 0; i < 4; i++)
        {
            var next = new TransformBlock<int, int>(step, options);
            last.LinkTo(next);
            last = next;
        }

        return (first, last);
    }

    static Chain<int, int> Five(Action<BlockSetup<int, int>> options)
    {
        ChainBuilder<int, int> builder = Chain.From<int>("five");
        for (int i = 0; i < 5; i++)
        {
            builder = builder.Then($"step {i}", (x, _) => new ValueTask<int>(Work.StepAsync(x)), options);
        }

        return builder.Build(new ChainOptions { Budget = LatencyBudget.Total(5.Seconds()) });
    }
}
