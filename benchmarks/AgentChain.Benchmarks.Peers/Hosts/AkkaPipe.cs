using System.Threading.Channels;
using Akka;
using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;

namespace AgentChain.Benchmarks.Peers.Hosts;

/// <summary>
/// An Akka.Streams graph that is materialized once and stays alive. Elements are written and read through its own Channel stages, which
/// cost less than <c>Source.Queue</c> and <c>Sink.Queue</c>.
/// </summary>
sealed class AkkaPipe : IAsyncDisposable
{
    readonly ActorSystem _system = ActorSystem.Create("pipe", AkkaStreams.Quiet);

    AkkaPipe(Func<Source<int, ChannelWriter<int>>, Source<int, ChannelWriter<int>>> steps, int capacity)
    {
        (Input, Output) = steps(Source.Channel<int>(capacity, singleWriter: true))
            .ToMaterialized(ChannelSink.AsReader<int>(capacity, singleReader: true), Keep.Both)
            .Run(_system.Materializer());
    }

    public ChannelWriter<int> Input { get; }

    public ChannelReader<int> Output { get; }

    /// <summary>Five Selects, which Akka fuses into one actor.</summary>
    public static AkkaPipe OfFiveSynchronousSteps() => new(
        source => source.Select(x => x + 1).Select(x => x + 1).Select(x => x + 1).Select(x => x + 1).Select(x => x + 1),
        capacity: 1024);

    /// <summary>Five ordered SelectAsyncs.</summary>
    public static AkkaPipe OfFiveAsynchronousSteps(Func<int, Task<int>> step, int parallelism, int capacity) => new(
        source => source
            .SelectAsync(parallelism, step)
            .SelectAsync(parallelism, step)
            .SelectAsync(parallelism, step)
            .SelectAsync(parallelism, step)
            .SelectAsync(parallelism, step),
        capacity);

    public async Task<int> RunAsync(int input)
    {
        await Input.WriteAsync(input);
        return await Output.ReadAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Input.TryComplete();
        await _system.Terminate();
    }
}
