using AgentChain.Costs;
using AgentChain.Devices;
using BenchmarkDotNet.Attributes;

namespace AgentChain.Benchmarks.Engine;

/// <summary>
/// What it takes to place a run on one of two devices: five blocks, one turn at a time, with and without learned costs. The time and the bytes are
/// those of one block of a turn. Learned costs take no bytes where the inputs have no features, and a function for each run where they have.
/// </summary>
[MemoryDiagnoser]
public class DeviceRuns
{
    const int Blocks = 5;

    readonly List<Chain<int, int>> _chains = [];
    readonly DeviceScheduler _leastLoaded = Two("least-loaded");
    readonly DeviceScheduler _earliest = Two("deadline-aware");
    Chain<int, int> _bare = null!;
    Chain<int, int> _counted = null!;
    Chain<int, int> _learned = null!;
    Chain<int, int> _sized = null!;

    [GlobalSetup]
    public void Setup()
    {
        _bare = Build(_leastLoaded, null, null);
        _counted = Build(_leastLoaded, new CostBook(), null);
        _learned = Build(_earliest, new CostBook(), null);
        _sized = Build(_earliest, new CostBook(), static x => new CostFeatures { Tokens = x });
    }

    [Benchmark(Baseline = true, Description = "least loaded", OperationsPerInvoke = Blocks)]
    public ValueTask<int> Bare() => _bare.RunAsync(1);

    [Benchmark(Description = "least loaded, learned costs", OperationsPerInvoke = Blocks)]
    public ValueTask<int> Counted() => _counted.RunAsync(1);

    [Benchmark(Description = "deadline-aware, learned costs", OperationsPerInvoke = Blocks)]
    public ValueTask<int> Learned() => _learned.RunAsync(1);

    [Benchmark(Description = "deadline-aware, learned costs by size", OperationsPerInvoke = Blocks)]
    public ValueTask<int> Sized() => _sized.RunAsync(1);

    [GlobalCleanup]
    public async Task Cleanup()
    {
        foreach (Chain<int, int> chain in _chains)
        {
            await chain.DisposeAsync();
        }

        _leastLoaded.Dispose();
        _earliest.Dispose();
    }

    static DeviceScheduler Two(string policy) =>
        new([new("cuda:0", DeviceKind.Cuda), new("cuda:1", DeviceKind.Cuda)], DevicePlacementPolicies.FromName(policy));

    Chain<int, int> Build(DeviceScheduler devices, CostBook? costs, Func<int, CostFeatures>? size)
    {
        ChainBuilder<int, int> builder = Chain.From<int>("placed");
        for (int i = 0; i < Blocks; i++)
        {
            builder = builder.Then($"block {i}", static (x, _) => new ValueTask<int>(x + 1), o =>
            {
                o.On(DeviceKind.Cuda);
                if (size is not null)
                {
                    o.Cost(size);
                }
            });
        }

        Chain<int, int> chain = builder.Build(new ChainOptions { Devices = devices, Costs = costs });
        _chains.Add(chain);
        return chain;
    }
}
