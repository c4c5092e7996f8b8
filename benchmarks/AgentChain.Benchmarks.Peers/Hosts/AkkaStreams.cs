using Akka;
using Akka.Actor;
using Akka.Configuration;
using Akka.Streams;
using Akka.Streams.Dsl;
using AgentChain.Benchmarks.Peers.Engine;

namespace AgentChain.Benchmarks.Peers.Hosts;

/// <summary>
/// Akka.Streams graphs that run once for each stream, as in the documentation: the actor system and the materializer are created once
/// and warm, and the remaining cost of a run is spread over its items.
/// </summary>
sealed class AkkaStreams : IAsyncDisposable
{
    /// <summary>Disables console output and the wait at the end.</summary>
    public static readonly Config Quiet = ConfigurationFactory.ParseString("akka { loglevel = OFF, stdout-loglevel = OFF }");

    readonly ActorSystem _system = ActorSystem.Create("streams", Quiet);
    readonly IMaterializer _materializer;
    readonly Sink<int, Task<int>> _sum = Sink.Aggregate<int, int>(0, (sum, item) => sum + item);

    /// <param name="buffer">The maximum number of elements that wait at an asynchronous boundary; a power of two.</param>
    public AkkaStreams(int buffer) =>
        _materializer = _system.Materializer(ActorMaterializerSettings.Create(_system).WithInputBuffer(buffer, buffer));

    /// <summary>Source, asynchronous boundary, sink.</summary>
    public Task<int> SumAsync(int items) =>
        Source.From(() => Work.CountAsync(items)).Async().RunWith(_sum, _materializer);

    /// <summary>
    /// Source, asynchronous boundary, a step that produces several items for each input, asynchronous boundary, sink. The step is
    /// SelectMany, whose items are synchronous: ConcatMany, which accepts a stream, materializes a graph for each item and costs a hundred
    /// times as much.
    /// </summary>
    public Task<int> SumOfEachAsync(int items) =>
        Source.From(() => Work.CountAsync(items)).Async()
            .SelectMany(Work.One).Async()
            .RunWith(_sum, _materializer);

    public async ValueTask DisposeAsync() => await _system.Terminate();
}
