using AgentChain.Costs;
using BenchmarkDotNet.Attributes;

namespace AgentChain.Benchmarks.Engine;

/// <summary>
/// What a decision about overload costs while many turns wait: one turn ends, the next one is taken from the queue, and another one is
/// predicted, admitted and enqueued. The baseline does the same in order of arrival, without predictions.
/// </summary>
[MemoryDiagnoser]
public class OverloadDecisions
{
    readonly SemaphoreSlim _started = new(0);
    Chain<int, int> _chain = null!;
    TaskCompletionSource<int> _running = null!;
    int _next;

    /// <summary>The number of turns that wait.</summary>
    [Params(1_000, 100_000)]
    public int Inside { get; set; }

    /// <summary>Builds the chain in order of arrival and fills it.</summary>
    [GlobalSetup(Target = nameof(InOrderOfArrival))]
    public async Task SetUpPlainAsync() => await SetUpAsync(null);

    /// <summary>Builds the chain that predicts, and fills it.</summary>
    [GlobalSetup(Targets = [nameof(BySlack), nameof(Predict)])]
    public async Task SetUpPredictingAsync() => await SetUpAsync(new OverloadOptions());

    /// <summary>One turn ends, the next one begins, another one enters.</summary>
    [Benchmark(Baseline = true, Description = "one turn ends, one starts: in order of arrival")]
    public Task InOrderOfArrival() => StepAsync();

    /// <summary>The same with predictions and the order by slack.</summary>
    [Benchmark(Description = "one turn ends, one starts: predicted, by slack")]
    public Task BySlack() => StepAsync();

    /// <summary>The prediction of a turn at the door.</summary>
    [Benchmark(Description = "the prediction of one turn")]
    public double Predict() => _chain.Predict(_next++).OnTime;

    /// <summary>Ends the turns.</summary>
    [GlobalCleanup]
    public async Task CleanUpAsync() => await _chain.DisposeAsync();

    async Task SetUpAsync(OverloadOptions? overload)
    {
        ChainBuilder<int, int> chain = Chain.From<int>("decisions").Then(
            "answer",
            async (_, _) =>
            {
                var own = new TaskCompletionSource<int>();
                _running = own;
                _started.Release();
                return await own.Task;
            },
            o => o.Concurrency(1).Capacity(Inside + 64).Cost(new AffineCost { EachItem = TimeSpan.FromMicroseconds(1) })
                .CostOfTurn((int number) => new CostFeatures { Items = 1 + (number * 7919 % 1000) }));
        for (int i = 1; i < 10; i++)
        {
            chain = chain.Then($"step {i}", (x, _) => ValueTask.FromResult(x), o => o.Cost(CostModel.Constant(TimeSpan.FromMilliseconds(1))));
        }

        // A limit of a day: nothing is late, so both chains serve every turn.
        _chain = chain.Build(new ChainOptions
        {
            Budget = LatencyBudget.Total(TimeSpan.FromDays(1)), MaxTurns = Inside + 64, Overload = overload,
        });
        for (int i = 0; i < Inside; i++)
        {
            _chain.Start(_next++);
        }

        await _started.WaitAsync();
    }

    async Task StepAsync()
    {
        _running.SetResult(1);
        _chain.Start(_next++);
        await _started.WaitAsync();
    }
}
