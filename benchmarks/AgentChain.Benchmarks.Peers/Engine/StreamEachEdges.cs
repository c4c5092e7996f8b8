using System.Threading.Channels;
using AgentChain.Benchmarks.Peers.Hosts;
using BenchmarkDotNet.Attributes;

namespace AgentChain.Benchmarks.Peers.Engine;

/// <summary>A thousand items through a second streaming step, all three running in parallel. Time and bytes are per item.</summary>
[MemoryDiagnoser]
public class StreamEachEdges
{
    const int Items = 1000;

    /// <summary>The number of items that a chain buffers between two streaming steps, and for its host.</summary>
    const int BetweenSteps = 64;
    const int BeforeHost = 256;

    StreamChain<int, int> _streamEach = null!;
    StreamChain<int, int> _thenEach = null!;
    AkkaStreams _akka = null!;

    [GlobalSetup]
    public async Task Setup()
    {
        _streamEach = Chain.From<int>("items")
            .Stream<int>("count", (n, _, _) => Work.CountAsync(n))
            .StreamEach<int>("one", (x, _, _) => Work.OneAsync(x))
            .Build();
        _thenEach = Chain.From<int>("items")
            .Stream<int>("count", (n, _, _) => Work.CountAsync(n))
            .ThenEach("one", (int x, CancellationToken _) => Work.QuickStepAsync(x))
            .Build();
        _akka = new AkkaStreams(BeforeHost);
        await Answers.MustBeAsync(Items * (Items + 1) / 2, OfChannels, OfStreamEach, OfThenEach, OfAkka);
    }

    [Benchmark(Baseline = true, Description = "two bounded Channels", OperationsPerInvoke = Items)]
    public async Task<int> OfChannels()
    {
        Channel<int> first = Bounded(BetweenSteps);
        Channel<int> second = Bounded(BeforeHost);
        Task producer = Task.Run(async () =>
        {
            await foreach (int item in Work.CountAsync(Items))
            {
                await first.Writer.WriteAsync(item);
            }

            first.Writer.Complete();
        });
        Task step = Task.Run(async () =>
        {
            await foreach (int item in first.Reader.ReadAllAsync())
            {
                await foreach (int made in Work.OneAsync(item))
                {
                    await second.Writer.WriteAsync(made);
                }
            }

            second.Writer.Complete();
        });

        int sum = 0;
        await foreach (int item in second.Reader.ReadAllAsync())
        {
            sum += item;
        }

        await producer;
        await step;
        return sum;
    }

    [Benchmark(Description = "chain, Stream and StreamEach", OperationsPerInvoke = Items)]
    public Task<int> OfStreamEach() => SumAsync(_streamEach);

    [Benchmark(Description = "chain, Stream and ThenEach", OperationsPerInvoke = Items)]
    public Task<int> OfThenEach() => SumAsync(_thenEach);

    [Benchmark(Description = "Akka.Streams, two asynchronous boundaries", OperationsPerInvoke = Items)]
    public Task<int> OfAkka() => _akka.SumOfEachAsync(Items);

    [GlobalCleanup]
    public async Task Cleanup()
    {
        await _streamEach.DisposeAsync();
        await _thenEach.DisposeAsync();
        await _akka.DisposeAsync();
    }

    static Channel<int> Bounded(int capacity) =>
        Channel.CreateBounded<int>(new BoundedChannelOptions(capacity) { SingleReader = true, SingleWriter = true });

    static async Task<int> SumAsync(StreamChain<int, int> chain)
    {
        int sum = 0;
        await foreach (int item in chain.Start(Items).Output)
        {
            sum += item;
        }

        return sum;
    }
}
