using System.Runtime.CompilerServices;
using AgentChain.Devices;

namespace AgentChain.Blocks.Hedging;

/// <summary>
/// Starts a second attempt of a stream block when the first item takes longer than usual, and streams the attempt whose first item comes
/// first. Thread-safe.
/// </summary>
/// <typeparam name="TIn">The type of the block's input.</typeparam>
/// <typeparam name="TOut">The type of the items.</typeparam>
/// <remarks>
/// The remarks on <see cref="HedgedBlock{TIn,TOut}"/> apply. The items of the attempt that lost are dropped, and its stream is disposed when
/// it has observed its token.
/// </remarks>
public sealed class HedgedStreamBlock<TIn, TOut> : IStreamBlock<TIn, TOut>, IWarmUp, INeedsDevice
{
    readonly IStreamBlock<TIn, TOut> _block;
    readonly HedgeClock _clock;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="block">The block.</param>
    /// <param name="options">The options; <see langword="null"/> for the defaults.</param>
    /// <exception cref="ArgumentException">The block has commit hooks, so it keeps state for each run.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="block"/> is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public HedgedStreamBlock(IStreamBlock<TIn, TOut> block, HedgeOptions? options = null) =>
        (_block, _clock) = (HedgeExtensions.Checked(block), new HedgeClock(options));

    /// <summary>Gets the number of calls, second attempts and those that won.</summary>
    public HedgeCounts Counts => _clock.Counts;

    /// <inheritdoc/>
    public async IAsyncEnumerable<TOut> InvokeAsync(
        TIn input, BlockContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        HostThread.Leave();
        long started = context.Time.GetTimestamp();
        TimeSpan? after = _clock.Begin(context);
        Attempt winner = new(_block, input, context, cancellationToken);
        if (after is { } time && await HedgeRace.IsSlowAsync(winner.First, time, context, cancellationToken) && _clock.TryHedge())
        {
            winner = await RaceAsync(winner, new Attempt(_block, input, context, cancellationToken), context, started);
        }
        else
        {
            await Task.WhenAny(winner.First);
            if (winner.First.IsCompletedSuccessfully)
            {
                _clock.Answered(context, started, hedgeWon: false);
            }
        }

        await using (winner)
        {
            for (bool more = await winner.First; more; more = await winner.NextAsync())
            {
                yield return winner.Current;
                HostThread.Leave();
            }
        }
    }

    /// <summary>Gets the device that the inner block needs, if it says so.</summary>
    /// <value><see langword="null"/> if it does not implement <see cref="INeedsDevice"/>.</value>
    public ComputeDevice? Device => (_block as INeedsDevice)?.Device;

    /// <inheritdoc/>
    public ValueTask WarmUpAsync(BlockContext context, CancellationToken cancellationToken) =>
        _block is IWarmUp warmUp ? warmUp.WarmUpAsync(context, cancellationToken) : default;

    async ValueTask<Attempt> RaceAsync(Attempt first, Attempt second, BlockContext context, long started)
    {
        InnerWork work = context.Begin(HedgeRace.Name);
        work.Run();
        Task<bool> one = await HedgeRace.WinnerAsync(first.First, second.First);
        (Attempt winner, Attempt loser) = one == first.First ? (first, second) : (second, first);
        loser.Drop(context);
        work.End(HedgeRace.StatusOf(second.First, winner == second));
        if (one.IsCompletedSuccessfully)
        {
            _clock.Answered(context, started, hedgeWon: winner == second);
        }

        return winner;
    }

    /// <summary>One attempt: its stream, which is opened at once, and its first item.</summary>
    sealed class Attempt : IAsyncDisposable
    {
        readonly CancellationTokenSource _source;
        IAsyncEnumerator<TOut>? _items;

        public Attempt(IStreamBlock<TIn, TOut> block, TIn input, BlockContext context, CancellationToken cancellationToken)
        {
            _source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            First = OpenAsync(block, input, context);
        }

        /// <summary>Whether there is a first item.</summary>
        public Task<bool> First { get; }

        public TOut Current => _items!.Current;

        public ValueTask<bool> NextAsync() => _items!.MoveNextAsync();

        /// <summary>Cancels the attempt, and disposes its stream when the pending item has arrived or failed.</summary>
        public void Drop(BlockContext context)
        {
            context.Cancel(_source);
            HedgeRace.Observe(First);
            HedgeRace.Observe(CloseAsync());
        }

        public ValueTask DisposeAsync() => _items?.DisposeAsync() ?? default;

        async Task<bool> OpenAsync(IStreamBlock<TIn, TOut> block, TIn input, BlockContext context)
        {
            IAsyncEnumerable<TOut> items = block.InvokeAsync(input, context, _source.Token)
                ?? throw new InvalidOperationException("The hedged block returned null instead of a stream.");
            _items = items.GetAsyncEnumerator(_source.Token) ?? throw new InvalidOperationException("The stream of the hedged block has no enumerator.");
            return await _items.MoveNextAsync();
        }

        async Task CloseAsync()
        {
            await Task.WhenAny(First);
            await DisposeAsync();
        }
    }
}
