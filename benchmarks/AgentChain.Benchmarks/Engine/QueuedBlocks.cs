using System.Threading.Tasks.Dataflow;
using AgentChain.Budgets;
using AgentChain.Building;
using BenchmarkDotNet.Attributes;

namespace AgentChain.Benchmarks.Engine;

/// <summary>Five asynchronous blocks that really queue: many turns at once, a budget on every block, the report on.</summary>
[MemoryDiagnoser]
public class QueuedBlocks
{
    const int Turns = 64;

    TransformBlock<int, int> _first = null!;
    TransformBlock<int, int> _last = null!;
    Chain<int, int> _chain = null!;
    Chain<int, int> _wide = null!;
    readonly ValueTask<int>[] _running = new ValueTask<int>[Turns];

    [GlobalSetup]
    public void Setup()
    {
        var options = new ExecutionDataflowBlockOptions { BoundedCapacity = 1024, MaxDegreeOfParallelism = 4 };
        _first = _last = new TransformBlock<int, int>(WorkAsync, options);
        for (int i = 0; i < 4; i++)
        {
            var next = new TransformBlock<int, int>(WorkAsync, options);
            _last.LinkTo(next);
            _last = next;
        }

        _chain = Five(o => o.Budget(1.Seconds()).Concurrency(4));
        _wide = Five(o => o.Budget(1.Seconds()));
    }

    [Benchmark(Baseline = true, Description = "five linked TransformBlocks", OperationsPerInvoke = Turns)]
    public async Task HandLinked()
    {
        for (int i = 0; i < Turns; i++)
        {
            await _first.SendAsync(i);
        }

        for (int i = 0; i < Turns; i++)
        {
            await _last.ReceiveAsync();
        }
    }

    [Benchmark(Description = "chain of five", OperationsPerInvoke = Turns)]
    public Task OfChain() => RunAsync(_chain);

    [Benchmark(Description = "chain of five, workers unlimited", OperationsPerInvoke = Turns)]
    public Task OfWideChain() => RunAsync(_wide);

    [GlobalCleanup]
    public async Task Cleanup()
    {
        await _chain.DisposeAsync();
        await _wide.DisposeAsync();
    }

    async Task RunAsync(Chain<int, int> chain)
    {
        for (int i = 0; i < Turns; i++)
        {
#pragma warning disable CA2012 // Each is awaited once, below.
            _running[i] = chain.RunAsync(i);
#pragma warning restore CA2012
        }

        for (int i = 0; i < Turns; i++)
        {
            await _running[i];
        }
    }

    static Chain<int, int> Five(Action<BlockOptions<int, int>> options)
    {
        ChainBuilder<int, int> builder = Chain.From<int>("five");
        for (int i = 0; i < 5; i++)
        {
            builder = builder.Then($"step {i}", (x, _) => new ValueTask<int>(WorkAsync(x)), options);
        }

        return builder.Build(new ChainOptions { Budget = LatencyBudget.Total(5.Seconds()) });
    }

    static async Task<int> WorkAsync(int x)
    {
        await Task.Yield();
        return x + 1;
    }
}
