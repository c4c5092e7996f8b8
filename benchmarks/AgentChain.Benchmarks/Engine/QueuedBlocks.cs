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

        ChainBuilder<int, int> builder = Chain.From<int>("five");
        for (int i = 0; i < 5; i++)
        {
            builder = builder.Then($"step {i}", (x, _) => new ValueTask<int>(WorkAsync(x)), o => o.Budget(1.Seconds()).Concurrency(4));
        }

        _chain = builder.Build(new ChainOptions { Budget = LatencyBudget.Total(5.Seconds()) });
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
    public async Task OfChain()
    {
        for (int i = 0; i < Turns; i++)
        {
#pragma warning disable CA2012 // Each is awaited once, below.
            _running[i] = _chain.RunAsync(i);
#pragma warning restore CA2012
        }

        for (int i = 0; i < Turns; i++)
        {
            await _running[i];
        }
    }

    [GlobalCleanup]
    public async Task Cleanup() => await _chain.DisposeAsync();

    static async Task<int> WorkAsync(int x)
    {
        await Task.Yield();
        return x + 1;
    }
}
