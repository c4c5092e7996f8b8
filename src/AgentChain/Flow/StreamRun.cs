using System.Diagnostics;
using AgentChain.Blocks;

namespace AgentChain.Flow;

/// <summary>
/// One input's run of a block that makes a stream. Items go on as they come; the first one commits the stream, so that
/// a fallback can no longer take its place.
/// </summary>
sealed class StreamRun<TIn, TOut>(
    FlowNode node, Hop hop, IStreamBlock<TIn, TOut> block, TIn input, FallbackValue<TOut>? fallback, ItemSink<TOut> sink)
    : ActiveRun(node, hop)
{
    const int Undecided = 0;
    const int Streaming = 1;
    const int FellBack = 2;

    readonly TaskCompletionSource<Hop?> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    CancellationTokenSource? _own;
    int _commitment;

    /// <summary>
    /// Runs the block. Completes with the hop that ended the stream, or with null when nothing more may go on: the turn
    /// is over or the run was left behind.
    /// </summary>
    public Task<Hop?> RunAsync()
    {
        if (fallback is not null)
        {
            _own = CancellationTokenSource.CreateLinkedTokenSource(Hop.Token);
        }

        Watch();
        _ = ProduceAsync();
        return _done.Task;
    }

    protected override bool ClaimFallback() => fallback is not null && Claim(FellBack);

    protected override async Task FallBackAsync()
    {
        Turn.Runtime.Watcher.Cancel(_own!);
        await sink.WriteAsync(fallback!.Value.Value, Hop);
        _done.TrySetResult(Hop);
    }

    protected override void Release() => _done.TrySetResult(null);

    async Task ProduceAsync()
    {
        Hop last = Hop;
        Exception? failure = null;
        using Activity? activity = Node.StartActivity(Turn);
        try
        {
            CancellationToken token = _own?.Token ?? Hop.Token;
            IAsyncEnumerator<TOut> items = block.InvokeAsync(input, new BlockContext(Hop), token).GetAsyncEnumerator(token);
            try
            {
                while (await items.MoveNextAsync() && IsRunning && !Hop.IsOver && MayStream())
                {
                    CountOutput(Turn.Runtime.Now);
                    last = Hop.Item(last, LastOutputAt);
                    ValueTask written = sink.WriteAsync(items.Current, last);
                    if (!written.IsCompletedSuccessfully)
                    {
                        IsHandingOn = true;
                        await written;
                        CountOutput(Turn.Runtime.Now);
                        IsHandingOn = false;
                    }
                }
            }
            finally
            {
                await items.DisposeAsync();
            }
        }
        catch (Exception error)
        {
            failure = error;
        }

        bool mine = TryFinish();
        Hop.HeldLease?.Dispose();
        if (!mine)
        {
            return;
        }

        long now = Turn.Runtime.Now;
        Node.Ended(Hop, now);
        if (failure is not null)
        {
            Hop.Fail(failure);
        }

        _done.TrySetResult(Hop.IsOver || failure is not null ? null : Hop.Item(last, now));
    }

    bool MayStream() => fallback is null || _commitment == Streaming || Claim(Streaming);

    bool Claim(int commitment) => Interlocked.CompareExchange(ref _commitment, commitment, Undecided) == Undecided;
}
