using System.Threading.Channels;
using System.Threading.Tasks.Dataflow;
using AgentChain.Benchmarks.Peers.Hosts;
using BenchmarkDotNet.Attributes;

namespace AgentChain.Benchmarks.Peers.Engine;

/// <summary>A thousand items through one stream edge, producer and consumer running in parallel. Time and bytes are per item.</summary>
[MemoryDiagnoser]
public class StreamEdges
{
    const int Items = 1000;
    const int Capacity = 256;

    StreamChain<int, int> _chain = null!;
    AkkaStreams _akka = null!;

    [GlobalSetup]
    public async Task Setup()
    {
        _chain = Chain.From<int>("items").Stream<int>("count", (n, _, _) => Work.CountAsync(n)).Build();
        _akka = new AkkaStreams(Capacity);
        await Answers.MustBeAsync(Items * (Items - 1) / 2, OfChannel, OfChain, OfAkka, OfBufferBlock);
    }

    [Benchmark(Baseline = true, Description = "bounded Channel", OperationsPerInvoke = Items)]
    public async Task<int> OfChannel()
    {
        Channel<int> channel = Channel.CreateBounded<int>(new BoundedChannelOptions(Capacity) { SingleReader = true, SingleWriter = true });
        Task producer = Task.Run(async () =>
        {
            await foreach (int item in Work.CountAsync(Items))
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

    [Benchmark(Description = "stream edge of a chain", OperationsPerInvoke = Items)]
    public async Task<int> OfChain()
    {
        int sum = 0;
        await foreach (int item in _chain.Start(Items).Output)
        {
            sum += item;
        }

        return sum;
    }

    [Benchmark(Description = "Akka.Streams, one asynchronous boundary", OperationsPerInvoke = Items)]
    public Task<int> OfAkka() => _akka.SumAsync(Items);

    [Benchmark(Description = "BufferBlock", OperationsPerInvoke = Items)]
    public async Task<int> OfBufferBlock()
    {
        var buffer = new BufferBlock<int>(new DataflowBlockOptions { BoundedCapacity = Capacity });
        Task producer = Task.Run(async () =>
        {
            await foreach (int item in Work.CountAsync(Items))
            {
                await buffer.SendAsync(item);
            }

            buffer.Complete();
        });

        // As in the Dataflow documentation: take available items, and wait only if there are none.
        int sum = 0;
        while (await buffer.OutputAvailableAsync())
        {
            while (buffer.TryReceive(out int item))
            {
                sum += item;
            }
        }

        await producer;
        return sum;
    }

    [GlobalCleanup]
    public async Task Cleanup()
    {
        await _chain.DisposeAsync();
        await _akka.DisposeAsync();
    }
}
