using System.Diagnostics;
using AgentChain.Blocks;

namespace AgentChain.Flow;

/// <summary>
/// One input's run of a block that makes a stream. Items go on as they come; the first one commits the stream, so that
/// a fallback can no longer take its place.
/// </summary>
sealed class StreamRun<TIn, TOut>(
    TurnState turn, FlowNode node, Hop? cause, long startedAt, IStreamBlock<TIn, TOut> block, TIn input, FallbackValue<TOut>? fallback)
    : StreamingRun(turn, node, cause, startedAt)
{
    const int Undecided = 0;
    const int Streaming = 1;
    const int FellBack = 2;

    readonly TaskCompletionSource<Hop?> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    CancellationTokenSource? _own;
    ItemSink<TOut> _sink = null!;
    int _commitment;

    /// <summary>
    /// Runs the block. Completes with the hop that ended the stream, or with null when nothing more may go on: the turn
    /// is over or the run was left behind.
    /// </summary>
    public Task<Hop?> RunAsync(ItemSink<TOut> sink)
    {
        _sink = sink;
        if (fallback is not null)
        {
            _own = CancellationTokenSource.CreateLinkedTokenSource(Token);
        }

        Watch();
        _ = ProduceAsync();
        return _done.Task;
    }

    protected override bool ClaimFallback() => fallback is not null && Claim(FellBack);

    protected override async Task FallBackAsync()
    {
        Turn.Runtime.Watcher.Cancel(_own!);
        await _sink.WriteAsync(fallback!.Value.Value, this);
        _done.TrySetResult(this);
    }

    protected override void Release() => _done.TrySetResult(null);

    async Task ProduceAsync()
    {
        Hop last = this;
        Exception? failure = null;
        Activity? activity = Node.StartActivity(Turn);
        try
        {
            CancellationToken token = _own?.Token ?? Token;
            IAsyncEnumerator<TOut> items = block.InvokeAsync(input, new BlockContext(this), token).GetAsyncEnumerator(token);
            try
            {
                while (await items.MoveNextAsync().Guarded() && IsRunning && !IsOver && MayStream())
                {
                    last = Item(last, CountOutput());
                    ValueTask written = _sink.WriteAsync(items.Current, last);
                    if (!written.IsCompletedSuccessfully)
                    {
                        await HandOnAsync(written);
                    }
                }
            }
            finally
            {
                await items.DisposeAsync().Guarded();
            }
        }
        catch (Exception error)
        {
            failure = error;
        }

        bool mine = TryFinish();
        Node.StopActivity(activity);
        Node.Release(Lease);
        if (!mine)
        {
            return;
        }

        long now = Turn.Runtime.Now;
        Node.Ended(this, now);
        if (failure is not null)
        {
            Fail(failure);
        }

        _done.TrySetResult(IsOver || failure is not null ? null : Item(last, now));
    }

    bool MayStream() => fallback is null || _commitment == Streaming || Claim(Streaming);

    bool Claim(int commitment) => Interlocked.CompareExchange(ref _commitment, commitment, Undecided) == Undecided;
}
