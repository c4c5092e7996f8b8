using AgentChain.Costs;
using BenchmarkDotNet.Attributes;

namespace AgentChain.Benchmarks.Engine;

/// <summary>
/// What budgets, learned costs and budget events cost where nothing is late: five asynchronous blocks, one turn at a time. The time and the
/// bytes are those of one block of a turn. Goal: 2 us above the chain without them, and no further bytes.
/// </summary>
[MemoryDiagnoser]
public class BudgetOverhead
{
    const int Blocks = 5;

    readonly List<Chain<int, int>> _chains = [];
    Chain<int, int> _bare = null!;
    Chain<int, int> _budgets = null!;
    Chain<int, int> _costs = null!;
    Chain<int, int> _events = null!;
    Chain<int, int> _all = null!;

    [GlobalSetup]
    public void Setup()
    {
        _bare = Build(false, false, false);
        _budgets = Build(budgets: true, false, false);
        _costs = Build(false, costs: true, false);
        _events = Build(budgets: true, false, listens: true);
        _all = Build(budgets: true, costs: true, listens: true);
    }

    [Benchmark(Baseline = true, Description = "chain of five", OperationsPerInvoke = Blocks)]
    public ValueTask<int> Bare() => _bare.RunAsync(1);

    [Benchmark(Description = "a budget for the chain and for each block", OperationsPerInvoke = Blocks)]
    public ValueTask<int> Budgets() => _budgets.RunAsync(1);

    [Benchmark(Description = "learned costs", OperationsPerInvoke = Blocks)]
    public ValueTask<int> Costs() => _costs.RunAsync(1);

    [Benchmark(Description = "budgets whose events are heard", OperationsPerInvoke = Blocks)]
    public ValueTask<int> Events() => _events.RunAsync(1);

    [Benchmark(Description = "all of them", OperationsPerInvoke = Blocks)]
    public ValueTask<int> All() => _all.RunAsync(1);

    [GlobalCleanup]
    public async Task Cleanup()
    {
        foreach (Chain<int, int> chain in _chains)
        {
            await chain.DisposeAsync();
        }
    }

    Chain<int, int> Build(bool budgets, bool costs, bool listens)
    {
        var options = new ChainOptions();
        if (budgets)
        {
            options.Budget = LatencyBudget.Total(10.Seconds()).AndFirstOutput(9.Seconds());
        }

        if (costs)
        {
            options.Costs = new CostBook();
        }

        ChainBuilder<int, int> builder = Chain.From<int>("five");
        for (int i = 0; i < Blocks; i++)
        {
            builder = builder.Then($"block {i}", StepAsync, o =>
            {
                o.Cost(x => new CostFeatures { Tokens = x });
                if (budgets)
                {
                    o.Budget(LatencyBudget.Total(2.Seconds()).AndFirstOutput(1.Seconds()));
                }
            });
        }

        Chain<int, int> chain = builder.Build(options);
        if (listens)
        {
            chain.BudgetWarning += static (_, _) => { };
            chain.BudgetExceeded += static (_, _) => { };
        }

        _chains.Add(chain);
        return chain;
    }

    static async ValueTask<int> StepAsync(int x, CancellationToken token)
    {
        await Task.Yield();
        return x + 1;
    }
}
