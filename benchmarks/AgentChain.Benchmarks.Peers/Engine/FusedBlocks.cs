using System.Threading.Tasks.Dataflow;
using AgentChain.AgentFramework;
using AgentChain.Benchmarks.Peers.Hosts;
using BenchmarkDotNet.Attributes;

namespace AgentChain.Benchmarks.Peers.Engine;

/// <summary>Five synchronous one-line blocks, one turn at a time.</summary>
[MemoryDiagnoser]
public class FusedBlocks
{
    TransformBlock<int, int> _first = null!;
    TransformBlock<int, int> _last = null!;
    Chain<int, int> _chain = null!;
    Chain<int, int> _bounded = null!;
    AkkaPipe _akka = null!;
    FiveExecutors _executors = null!;
    FiveExecutors _oneExecutor = null!;

    [GlobalSetup]
    public async Task Setup()
    {
        var options = new ExecutionDataflowBlockOptions { BoundedCapacity = 1024 };
        _first = _last = new TransformBlock<int, int>(x => x + 1, options);
        for (int i = 0; i < 4; i++)
        {
            var next = new TransformBlock<int, int>(x => x + 1, options);
            _last.LinkTo(next);
            _last = next;
        }

        _chain = Build(new ChainOptions());
        _bounded = Build(new ChainOptions { Budget = LatencyBudget.Total(1.Seconds()) });
        _akka = AkkaPipe.OfFiveSynchronousSteps();
        _executors = new FiveExecutors();
        _oneExecutor = new FiveExecutors(_chain.AsExecutor());
        await Answers.MustBeAsync(6, HandLinked, OfChain, OfBoundedChain, OfAkka, OfWorkflow, OfLockstepWorkflow, OfChainExecutor);
    }

    [Benchmark(Baseline = true, Description = "five linked TransformBlocks")]
    public async Task<int> HandLinked()
    {
        _first.Post(1);
        return await _last.ReceiveAsync();
    }

    [Benchmark(Description = "chain of five")]
    public async Task<int> OfChain() => await _chain.RunAsync(1);

    [Benchmark(Description = "chain of five with a deadline")]
    public async Task<int> OfBoundedChain() => await _bounded.RunAsync(1);

    [Benchmark(Description = "Akka.Streams, five Selects")]
    public Task<int> OfAkka() => _akka.RunAsync(1);

    [Benchmark(Description = "Agent Framework, five executors")]
    public Task<int> OfWorkflow() => _executors.RunAsync(1);

    [Benchmark(Description = "Agent Framework, five executors in lockstep")]
    public Task<int> OfLockstepWorkflow() => _executors.RunInLockstepAsync(1);

    [Benchmark(Description = "Agent Framework, the chain as one executor")]
    public Task<int> OfChainExecutor() => _oneExecutor.RunAsync(1);

    [GlobalCleanup]
    public async Task Cleanup()
    {
        await _chain.DisposeAsync();
        await _bounded.DisposeAsync();
        await _akka.DisposeAsync();
    }

    static Chain<int, int> Build(ChainOptions options) => Chain.From<int>("five")
        .Then("one", x => x + 1)
        .Then("two", x => x + 1)
        .Then("three", x => x + 1)
        .Then("four", x => x + 1)
        .Then("five", x => x + 1)
        .Build(options);
}
