using System.Threading.Channels;
using BenchmarkDotNet.Attributes;

namespace AgentChain.Benchmarks.Engine;

/// <summary>A thousand items through one stream edge, the producer running beside the consumer.</summary>
[MemoryDiagnoser]
public class StreamEdges
{
    const int Items = 1000;

    Chain<int, int> _chain = null!;

    [GlobalSetup]
    public void Setup() => _chain = Chain.From<int>("items")
        .Stream<int>("count", (n, _, _) => CountAsync(n))
        .Build();

    [Benchmark(Baseline = true, Description = "bounded Channel")]
    public async Task<int> OfChannel()
    {
        Channel<int> channel = Channel.CreateBounded<int>(new BoundedChannelOptions(256) { SingleReader = true, SingleWriter = true });
        Task producer = Task.Run(async () =>
        {
            await foreach (int item in CountAsync(Items))
            {
                await channel.Writer.WriteAsync(item);
            }

            channel.Writer.Complete();
        });

        int sum = 0;
        await foreach (int item in channel.Reader.ReadAllAsync())
        {
            sum += item;
        }

        await producer;
        return sum;
    }

    [Benchmark(Description = "stream edge of a chain")]
    public async Task<int> OfChain()
    {
        int sum = 0;
        await foreach (int item in _chain.Start(Items).Output)
        {
            sum += item;
        }

        return sum;
    }

    [GlobalCleanup]
    public async Task Cleanup() => await _chain.DisposeAsync();

    static async IAsyncEnumerable<int> CountAsync(int count)
    {
        for (int i = 0; i < count; i++)
        {
            yield return i;
        }

        await Task.CompletedTask;
    }
}
