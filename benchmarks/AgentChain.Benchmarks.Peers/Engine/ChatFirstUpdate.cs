using BenchmarkDotNet.Attributes;

namespace AgentChain.Benchmarks.Peers.Engine;

/// <summary>
/// A chat client's answer of one update, read by hand and through a chain: the difference is at least the time that a chain adds to the
/// first update, because it includes the end of the turn.
/// </summary>
[MemoryDiagnoser]
public class ChatFirstUpdate
{
    ChatAnswers _answers = null!;

    [GlobalSetup]
    public async Task Setup()
    {
        _answers = new ChatAnswers(1, later: false);
        await Answers.MustBeAsync(1, ByHand, OfChain, OfFallback);
    }

    [Benchmark(Baseline = true, Description = "GetStreamingResponseAsync by hand")]
    public Task<int> ByHand() => _answers.ByHandAsync();

    [Benchmark(Description = "client as a block")]
    public Task<int> OfChain() => _answers.OfChainAsync();

    [Benchmark(Description = "client as a block with a fallback")]
    public Task<int> OfFallback() => _answers.OfFallbackAsync();

    [GlobalCleanup]
    public async Task Cleanup() => await _answers.DisposeAsync();
}
