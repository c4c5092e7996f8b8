using AgentChain.Devices;

namespace AgentChain.Blocks.Hedging;

/// <summary>
/// Starts a second attempt of a block when the first takes longer than usual, and takes the answer that comes first. Thread-safe.
/// </summary>
/// <typeparam name="TIn">The type of the block's input.</typeparam>
/// <typeparam name="TOut">The type of the block's output.</typeparam>
/// <remarks>
/// <para>
/// For a block whose time has a long tail that a second attempt escapes, such as a call of a server with several replicas. The block must be
/// pure or idempotent. The attempt that lost is canceled, and its result is dropped; if it ignores its token, it outlives the run unseen.
/// If one attempt fails, the other decides; if both fail, the exception is that of the first.
/// </para>
/// <para>Runs on hypotheses and warm-ups are not hedged. The turn's report shows a second attempt as <c>block/hedge</c>.</para>
/// </remarks>
public sealed class HedgedBlock<TIn, TOut> : IBlock<TIn, TOut>, IWarmUp, INeedsDevice
{
    readonly IBlock<TIn, TOut> _block;
    readonly HedgeClock _clock;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="block">The block.</param>
    /// <param name="options">The options; <see langword="null"/> for the defaults.</param>
    /// <exception cref="ArgumentException">The block has commit hooks, so it keeps state for each run.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="block"/> is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public HedgedBlock(IBlock<TIn, TOut> block, HedgeOptions? options = null) =>
        (_block, _clock) = (HedgeExtensions.Checked(block), new HedgeClock(options));

    /// <summary>Gets the number of calls, second attempts and those that won.</summary>
    public HedgeCounts Counts => _clock.Counts;

    /// <inheritdoc/>
    public ValueTask<TOut> InvokeAsync(TIn input, BlockContext context, CancellationToken cancellationToken)
    {
        long started = context.Time.GetTimestamp();
        return _clock.Begin(context) is { } after
            ? RaceAsync(input, context, started, after, cancellationToken)
            : OneAsync(input, context, started, cancellationToken);
    }

    /// <summary>Gets the device that the inner block needs, if it says so.</summary>
    /// <value><see langword="null"/> if it does not implement <see cref="INeedsDevice"/>.</value>
    public ComputeDevice? Device => (_block as INeedsDevice)?.Device;

    /// <inheritdoc/>
    public ValueTask WarmUpAsync(BlockContext context, CancellationToken cancellationToken) =>
        _block is IWarmUp warmUp ? warmUp.WarmUpAsync(context, cancellationToken) : default;

    async ValueTask<TOut> OneAsync(TIn input, BlockContext context, long started, CancellationToken cancellationToken)
    {
        HostThread.Leave();
        TOut value = await _block.InvokeAsync(input, context, cancellationToken);
        _clock.Answered(context, started, hedgeWon: false);
        return value;
    }

    async ValueTask<TOut> RaceAsync(TIn input, BlockContext context, long started, TimeSpan after, CancellationToken cancellationToken)
    {
        HostThread.Leave();
        var firstSource = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<TOut> first = AttemptAsync(input, context, firstSource.Token);
        if (!await HedgeRace.IsSlowAsync(first, after, context, cancellationToken) || !_clock.TryHedge())
        {
            TOut value = await first;
            firstSource.Dispose();
            _clock.Answered(context, started, hedgeWon: false);
            return value;
        }

        InnerWork work = context.Begin(HedgeRace.Name);
        work.Run();
        var secondSource = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<TOut> second = AttemptAsync(input, context, secondSource.Token);
        Task<TOut> winner = await HedgeRace.WinnerAsync(first, second);
        context.Cancel(winner == first ? secondSource : firstSource);
        HedgeRace.Observe(winner == first ? second : first);
        work.End(HedgeRace.StatusOf(second, winner == second));
        TOut answer = await winner;
        _clock.Answered(context, started, hedgeWon: winner == second);
        return answer;
    }

    /// <summary>Runs an attempt as a task, also if the block throws before it returns one.</summary>
    async Task<TOut> AttemptAsync(TIn input, BlockContext context, CancellationToken token) => await _block.InvokeAsync(input, context, token);
}
