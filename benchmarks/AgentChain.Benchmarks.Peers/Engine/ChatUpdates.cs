using BenchmarkDotNet.Attributes;

namespace AgentChain.Benchmarks.Peers.Engine;

/// <summary>A thousand updates of a chat client, read by hand and through a chain. Time and bytes are per update.</summary>
[MemoryDiagnoser]
public class ChatUpdates
{
    const int Updates = 1000;

    ChatAnswers _answers = null!;

    /// <summary>
    /// Gets or sets a value that indicates whether each update comes from another thread rather than being available at once.
    /// </summary>
    [Params(false, true)]
    public bool Later { get; set; }

    [GlobalSetup]
    public async Task Setup()
    {
        _answers = new ChatAnswers(Updates, Later);
        await Answers.MustBeAsync(Updates, ByHand, OfChain, OfFallback);
    }

    [Benchmark(Baseline = true, Description = "GetStreamingResponseAsync by hand", OperationsPerInvoke = Updates)]
    public Task<int> ByHand() => _answers.ByHandAsync();

    [Benchmark(Description = "client as a block", OperationsPerInvoke = Updates)]
    public Task<int> OfChain() => _answers.OfChainAsync();

    [Benchmark(Description = "client as a block with a fallback", OperationsPerInvoke = Updates)]
    public Task<int> OfFallback() => _answers.OfFallbackAsync();

    [GlobalCleanup]
    public async Task Cleanup() => await _answers.DisposeAsync();
}
