using System.Threading.Channels;
using BenchmarkDotNet.Attributes;

namespace AgentChain.Benchmarks.Engine;

/// <summary>
/// A thousand items through a block that runs for each of them, beside its producer and its reader: by hand two bounded Channels with the
/// sizes that the chain's queues have. Both call the same iterator for each item, which allocates itself.
/// </summary>
[MemoryDiagnoser]
public class StreamEachItems
{
    const int Items = 1000;

    Chain<int, int> _each = null!;
    Chain<int, int> _then = null!;

    [GlobalSetup]
    public void Setup()
    {
        _each = Chain.From<int>("items")
            .Stream<int>("count", (n, _, _) => CountAsync(n))
            .StreamEach<int>("each", (x, _, _) => OneAsync(x))
            .Build();
        _then = Chain.From<int>("items")
            .Stream<int>("count", (n, _, _) => CountAsync(n))
            .ThenEach("each", (int x, CancellationToken _) => ValueTask.FromResult(x + 1))
            .Build();
    }

    [Benchmark(Baseline = true, Description = "two bounded Channels")]
    public async Task<int> OfChannels()
    {
        Channel<int> made = Channel.CreateBounded<int>(new BoundedChannelOptions(64) { SingleReader = true, SingleWriter = true });
        Channel<int> output = Channel.CreateBounded<int>(new BoundedChannelOptions(256) { SingleReader = true, SingleWriter = true });
        Task producer = Task.Run(async () =>
        {
            await foreach (int item in CountAsync(Items))
            {
                await made.Writer.WriteAsync(item);
            }

            made.Writer.Complete();
        });
        Task each = Task.Run(async () =>
        {
            await foreach (int item in made.Reader.ReadAllAsync())
            {
                await foreach (int next in OneAsync(item))
                {
                    await output.Writer.WriteAsync(next);
                }
            }

            output.Writer.Complete();
        });

        int sum = 0;
        await foreach (int item in output.Reader.ReadAllAsync())
        {
            sum += item;
        }

        await producer;
        await each;
        return sum;
    }

    [Benchmark(Description = "StreamEach of a chain")]
    public Task<int> OfStreamEach() => SumAsync(_each);

    [Benchmark(Description = "ThenEach of a chain")]
    public Task<int> OfThenEach() => SumAsync(_then);

    [GlobalCleanup]
    public async Task Cleanup()
    {
        await _each.DisposeAsync();
        await _then.DisposeAsync();
    }

    static async Task<int> SumAsync(Chain<int, int> chain)
    {
        int sum = 0;
        await foreach (int item in chain.Start(Items).Output)
        {
            sum += item;
        }

        return sum;
    }

    static async IAsyncEnumerable<int> CountAsync(int count)
    {
        for (int i = 0; i < count; i++)
        {
            yield return i;
        }

        await Task.CompletedTask;
    }

    static async IAsyncEnumerable<int> OneAsync(int x)
    {
        yield return x + 1;
        await Task.CompletedTask;
    }
}
