using System.Threading.Tasks.Dataflow;
using AgentChain.Simulation;
using static AgentChain.Tests.Seams.Misbehavior;
using static AgentChain.Tests.Seams.SeamCase;

namespace AgentChain.Tests.Seams;

/// <summary>The blocks of a chain, as objects.</summary>
static class BlockSeams
{
    public static IEnumerable<SeamCase> Cases =>
    [
        .. Fails("IBlock.InvokeAsync", Value, Throws, ThrowsLater, Stale, CannotBeAwaited),
        .. Hangs("IBlock.InvokeAsync", Value),
        .. Fails("ISyncBlock.Invoke", Sync, Throws),
        .. SeamCase.Turn("ISyncBlock.Invoke", (TurnOutcome.Failed, Block), EachSync, "in a stream", Throws),
        .. Fails("IStreamBlock.InvokeAsync", Streams, Throws, ThrowsLater, ReturnsNull, Stale, CannotBeAwaited),
        .. Hangs("IStreamBlock.InvokeAsync", Streams),
        .. Enumerator("no enumerator", _ => null!),
        .. Enumerator("the enumerator throws", _ => throw new HostException()),
        .. Enumerator("Current throws", items => new BrokenEnumerator(items, currentThrows: true)),
        .. Enumerator("DisposeAsync throws", items => new BrokenEnumerator(items, disposeThrows: true)),
        .. Fails("IRevisingBlock.InvokeAsync", Revises, Throws, ThrowsLater, ReturnsNull, Stale, CannotBeAwaited),
        .. Hangs("IRevisingBlock.InvokeAsync", Revises),
        .. Fails("IRegroupBlock.Begin", Regroups(Seam.Begin), Throws, ReturnsNull),
        .. Fails("IRegrouper.Add", Regroups(Seam.Add), Throws),
        .. Fails("IRegrouper.Complete", Regroups(Seam.Complete), Throws),
        .. Fails("ChainBuilder.Through(block: IPropagatorBlock<TOut, TNext>)", Foreign, Throws),
        .. Fails(
            "ChainBuilder.Through(factory: Func<IPropagatorBlock<TOut, TNext>>)",
            (world, host, options) => Chain.From<int>("seams").Through(Block, () => host.Return<IPropagatorBlock<int, int>>(Same(world))).Build(options),
            Throws,
            ReturnsNull),
        .. Fails(
            "ChainBuilder.Through(inputKey: Func<TOut, TKey>)",
            (world, host, options) => Chain.From<int>("seams").Through(Block, Same(world), x => host.Return(x), x => x).Build(options),
            Throws),
        new("ChainBuilder.Through(outputKey: Func<TNext, TKey>)", Throws, OutputKeyThrows),
    ];

    enum Seam
    {
        Begin,
        Add,
        Complete,
    }

    static ChainBase<int, int> Value(VirtualWorld world, HostCode host, ChainOptions options) =>
        Chain.From<int>("seams").Then(Block, new HostBlock(host)).Build(options);

    static ChainBase<int, int> Sync(VirtualWorld world, HostCode host, ChainOptions options) =>
        Chain.From<int>("seams").Then(Block, new HostSyncBlock(host)).Build(options);

    static ChainBase<int, int> EachSync(VirtualWorld world, HostCode host, ChainOptions options) =>
        Chain.From<int>("seams").Stream("two", Two).ThenEach(Block, new HostSyncBlock(host)).Build(options);

    static ChainBase<int, int> Streams(VirtualWorld world, HostCode host, ChainOptions options) =>
        Chain.From<int>("seams").Stream(Block, new HostStreamBlock(host)).Build(options);

    static ChainBase<int, int> Revises(VirtualWorld world, HostCode host, ChainOptions options) =>
        Chain.From<int>("seams").Revise(Block, new HostRevisingBlock(host)).Build(options);

    static Build Regroups(Seam seam) => (_, host, options) =>
        Chain.From<int>("seams").Stream("two", Two).Regroup(Block, new HostRegroupBlock(host, seam)).Build(options);

    static ChainBase<int, int> Foreign(VirtualWorld world, HostCode host, ChainOptions options) =>
        Chain.From<int>("seams").Through(Block, new HostDataflowBlock(host, world.Scheduler), x => x, x => x).Build(options);

    static TransformBlock<int, int> Same(VirtualWorld world) => new(x => x, new ExecutionDataflowBlockOptions { TaskScheduler = world.Scheduler });

    /// <summary>An output whose key cannot be read belongs to no turn: the turn ends by its budget, and the next one completes.</summary>
    static void OutputKeyThrows(Misbehavior how) => VirtualWorld.Run(async world =>
    {
        using var host = new HostCode(how) { IsBad = true };
        await using Chain<int, int> chain = Chain.From<int>("seams").Through(Block, Same(world), x => x, x => host.Return(x))
            .Build(world.Options(o => o.Budget = LatencyBudget.Total(1.Seconds())));
        Assert.Equal(TurnOutcome.DeadlineExceeded, (await chain.Start(1).Completion).Outcome);
        Assert.Equal(1, host.Times);
        host.IsBad = false;
        Assert.Equal(2, await chain.RunAsync(2));
        Assert.Equal(0, chain.LiveTurns);
    });

    static IEnumerable<SeamCase> Enumerator(string detail, Func<IAsyncEnumerator<int>, IAsyncEnumerator<int>> spoil) =>
        SeamCase.Turn(
            "IStreamBlock.InvokeAsync",
            (TurnOutcome.Failed, Block),
            (_, host, options) => Chain.From<int>("seams").Stream(Block, new SpoiltStreamBlock(host, spoil)).Build(options),
            detail,
            Lies);

    /// <summary>A stream of two items.</summary>
    public static async IAsyncEnumerable<int> Two(int input, BlockContext context, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token)
    {
        await Task.Yield();
        yield return input;
        yield return input + 1;
    }

    sealed class HostBlock(HostCode host) : IBlock<int, int>
    {
        public ValueTask<int> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken) => host.ReturnAsync(input);
    }

    sealed class HostSyncBlock(HostCode host) : ISyncBlock<int, int>
    {
        public int Invoke(int input, BlockContext context) => host.Return(input);
    }

    sealed class HostStreamBlock(HostCode host) : IStreamBlock<int, int>
    {
        public IAsyncEnumerable<int> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken) => host.Stream(input, input);
    }

    sealed class HostRevisingBlock(HostCode host) : IRevisingBlock<int, int>
    {
        public IAsyncEnumerable<Hypothesis<int>> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken) =>
            host.Stream(Hypothesis.Tentative(input, 0.5), Hypothesis.Final(input));
    }

    sealed class HostRegroupBlock(HostCode host, Seam seam) : IRegroupBlock<int, int>
    {
        public IRegrouper<int, int> Begin(BlockContext context)
        {
            var regrouper = new HostRegrouper(host, seam);
            return seam == Seam.Begin ? host.Return<IRegrouper<int, int>>(regrouper) : regrouper;
        }
    }

    sealed class HostRegrouper(HostCode host, Seam seam) : IRegrouper<int, int>
    {
        public void Add(int item, ICollection<int> ready)
        {
            if (seam == Seam.Add)
            {
                host.Act();
            }

            ready.Add(item);
        }

        public void Complete(ICollection<int> ready)
        {
            if (seam == Seam.Complete)
            {
                host.Act();
            }
        }
    }

    /// <summary>A stream whose enumerator is spoilt.</summary>
    sealed class SpoiltStreamBlock(HostCode host, Func<IAsyncEnumerator<int>, IAsyncEnumerator<int>> spoil) : IStreamBlock<int, int>, IAsyncEnumerable<int>
    {
        public IAsyncEnumerable<int> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken) => this;

        public IAsyncEnumerator<int> GetAsyncEnumerator(CancellationToken cancellationToken = default)
        {
            IAsyncEnumerator<int> items = new HostCode(Throws).Stream(1, 2).GetAsyncEnumerator(cancellationToken);
            return host.Strikes() ? spoil(items) : items;
        }
    }

    sealed class BrokenEnumerator(IAsyncEnumerator<int> items, bool currentThrows = false, bool disposeThrows = false) : IAsyncEnumerator<int>
    {
        public int Current => currentThrows ? throw new HostException() : items.Current;

        public ValueTask<bool> MoveNextAsync() => items.MoveNextAsync();

        public ValueTask DisposeAsync() => disposeThrows ? throw new HostException() : items.DisposeAsync();
    }

    /// <summary>A Dataflow block that throws when a value is offered to it.</summary>
    sealed class HostDataflowBlock(HostCode host, TaskScheduler scheduler) : IPropagatorBlock<int, int>
    {
        readonly IPropagatorBlock<int, int> _inner = new BufferBlock<int>(new DataflowBlockOptions { TaskScheduler = scheduler });

        public Task Completion => _inner.Completion;

        public void Complete() => _inner.Complete();

        public void Fault(Exception exception) => _inner.Fault(exception);

        public int ConsumeMessage(DataflowMessageHeader messageHeader, ITargetBlock<int> target, out bool messageConsumed) =>
            _inner.ConsumeMessage(messageHeader, target, out messageConsumed);

        public IDisposable LinkTo(ITargetBlock<int> target, DataflowLinkOptions linkOptions) => _inner.LinkTo(target, linkOptions);

        public DataflowMessageStatus OfferMessage(DataflowMessageHeader messageHeader, int messageValue, ISourceBlock<int>? source, bool consumeToAccept)
        {
            host.Act();
            return _inner.OfferMessage(messageHeader, messageValue, source, consumeToAccept);
        }

        public void ReleaseReservation(DataflowMessageHeader messageHeader, ITargetBlock<int> target) => _inner.ReleaseReservation(messageHeader, target);

        public bool ReserveMessage(DataflowMessageHeader messageHeader, ITargetBlock<int> target) => _inner.ReserveMessage(messageHeader, target);
    }
}
