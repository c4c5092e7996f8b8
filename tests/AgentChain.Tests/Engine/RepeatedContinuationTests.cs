using System.Runtime.CompilerServices;
using AgentChain.Simulation;
using AgentChain.Tests.Simulation.Lossless.Hostile;

namespace AgentChain.Tests.Engine;

/// <summary>Awaitables that call their continuation more than once: each call but the first does nothing.</summary>
public class RepeatedContinuationTests
{
    static readonly TimeSpan Never = TimeSpan.FromSeconds(30);

    public enum Kind
    {
        Value,
        Hypotheses,
        Router,
        WaveringRouter,
        Stream,
        EachItem,
        OneItem,
    }

    [Theory]
    [InlineData(Kind.Value, 1)]
    [InlineData(Kind.Hypotheses, 1)]
    [InlineData(Kind.Router, 1)]
    [InlineData(Kind.WaveringRouter, 1)]
    [InlineData(Kind.Stream, 4)]
    [InlineData(Kind.EachItem, 12)]
    [InlineData(Kind.OneItem, 3)]
    public async Task Awaitable_ContinuesThreeTimes_EachTurnHasItsOutput(Kind kind, int items)
    {
        // On a thread of its own: a run that goes on twice may block the thread of virtual time for ever.
        Task<int> run = Task.Run(() => VirtualWorld.Run(async world =>
        {
            int repeated = 0;
            var block = new Repeating(world, () => repeated++);
            await using ChainBase<int, int> chain = Build(kind, world, block);
            IReadOnlyList<int>[] outputs = await Task.WhenAll(Enumerable.Range(0, 5).Select(i => chain.RunToListAsync(i).AsTask()));
            Assert.All(outputs, o => Assert.Equal(items, o.Count));
            Assert.Equal(0, chain.LiveTurns);
            return repeated;
        }));
        Assert.True(await run.WaitAsync(Never) > 0);
    }

    /// <summary>Registering a continuation throws, and the continuation is called all the same.</summary>
    [Theory]
    [InlineData(Kind.Hypotheses)]
    [InlineData(Kind.Router)]
    [InlineData(Kind.WaveringRouter)]
    [InlineData(Kind.Stream)]
    [InlineData(Kind.EachItem)]
    [InlineData(Kind.OneItem)]
    public async Task Awaitable_RefusesItsContinuationAndCallsIt_OnlyItsTurnFails(Kind kind)
    {
        Task run = Task.Run(() => VirtualWorld.Run(async world =>
        {
            var block = new Repeating(world, null);
            await using ChainBase<int, int> chain = Build(kind, world, block);
            for (int i = 0; i < 3; i++)
            {
                Assert.Equal(TurnOutcome.Failed, (await chain.Start(i).Completion).Outcome);
                Assert.Equal(0, chain.LiveTurns);
            }
        }));
        await run.WaitAsync(Never);
    }

    static ChainBase<int, int> Build(Kind kind, VirtualWorld world, Repeating block)
    {
        ChainBuilder<int, int> from = Chain.From<int>("repeats");
        return kind switch
        {
            Kind.Value => from.Then("bad", (x, token) => block.ReturnAsync(x, token)).Then("next", world.Work<int>(7)).Build(world.Options()),
            Kind.Hypotheses => from.Revise("bad", block).Then("next", world.Work<int>(7)).Build(world.Options()),
            Kind.Router => from.Route("bad", new Named(block), Routes).Build(world.Options()),
            Kind.WaveringRouter => from.Route("bad", new Wavering(block), Routes).Build(world.Options()),
            Kind.Stream => from.Stream("bad", block.Items).ThenEach("next", world.Work<int>(7), o => o.StreamCapacity(1)).Build(world.Options(o => o.OutputCapacity = 1)),
            Kind.EachItem => from.Stream("three", (_, token) => world.Count([1, 1, 1], token)).StreamEach("bad", block.Items, o => o.StreamCapacity(1))
                .ThenEach("next", world.Work<int>(7), o => o.StreamCapacity(1)).Build(world.Options(o => o.OutputCapacity = 1)),
            _ => from.Stream("three", (_, token) => world.Count([1, 1, 1], token)).ThenEach("bad", (x, token) => block.ReturnAsync(x, token)).Build(world.Options()),
        };
    }

    static RouteBuilder<int, int> Routes(RouteBuilder<int> routes) => routes.To("a", r => r.Then("same", x => x)).Otherwise("b", r => r.Then("other", x => x));

    /// <summary>A block whose every value task misbehaves.</summary>
    /// <param name="world">Where it runs.</param>
    /// <param name="met">Called when one is awaited that continues three times; null for those that refuse their continuation and call it.</param>
    sealed class Repeating(VirtualWorld world, Action? met) : IRevisingBlock<int, int>
    {
        public ValueTask<T> ReturnAsync<T>(T value, CancellationToken token) => Lie(world.Work<T>(3)(value, token));

        public IAsyncEnumerable<int> Items(int x, CancellationToken token) => new Stream<int>(this, met, world.Count([2, 0, 2, 5], token));

        public IAsyncEnumerable<Hypothesis<int>> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken) =>
            Hypotheses(input, cancellationToken);

        public IAsyncEnumerable<Hypothesis<T>> Hypotheses<T>(T value, CancellationToken token) => new Stream<Hypothesis<T>>(this, met, HypothesesAsync(value, token));

        async IAsyncEnumerable<Hypothesis<T>> HypothesesAsync<T>(T value, [EnumeratorCancellation] CancellationToken token)
        {
            await world.Delay(2, token);
            yield return Hypothesis.Tentative(value, 0.5);
            yield return Hypothesis.Tentative(value, 0.6);
            await world.Delay(5, token);
            yield return Hypothesis.Final(value);
        }

        ValueTask<T> Lie<T>(ValueTask<T> work) => met is null
            ? new(new FailingAwaitable<T>(world, FailingAwaitable<T>.Lie.RegisteringThrowsAndContinues), 0)
            : new(new RepeatingAwaitable<T>(world, work.AsTask(), met), 0);

        sealed class Stream<T>(Repeating owner, Action? met, IAsyncEnumerable<T> items) : IAsyncEnumerable<T>, IAsyncEnumerator<T>
        {
            readonly IAsyncEnumerator<T> _items = items.GetAsyncEnumerator();

            public T Current => _items.Current;

            public IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default) => this;

            public ValueTask<bool> MoveNextAsync() => met is null ? owner.Lie(new ValueTask<bool>(false)) : owner.Lie(_items.MoveNextAsync());

            public ValueTask DisposeAsync() => met is null ? default : _items.DisposeAsync();
        }
    }

    sealed class Named(Repeating block) : IBlock<int, string>
    {
        public ValueTask<string> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken) =>
            block.ReturnAsync(input < 3 ? "a" : "b", cancellationToken);
    }

    sealed class Wavering(Repeating block) : IRevisingBlock<int, string>
    {
        public IAsyncEnumerable<Hypothesis<string>> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken) =>
            block.Hypotheses(input < 3 ? "a" : "b", cancellationToken);
    }
}
