namespace AgentChain.Tests.Engine;

/// <summary>
/// A callback on a block's token that blocks the thread it is called on: no token and no deadline of another turn may wait for that.
/// </summary>
sealed class BlockedCallback
{
    static readonly TimeSpan Never = TimeSpan.FromSeconds(30);

    readonly ManualResetEventSlim _gate = new();
    readonly TaskCompletionSource _held = new();
    readonly TaskCompletionSource _told = new();
    readonly SemaphoreSlim _begun = new(0);

    /// <summary>The block: works until its token fires. The callback of input 1 blocks; that of any other input records its call.</summary>
    public async ValueTask<int> WorkAsync(int input, CancellationToken cancellationToken)
    {
        cancellationToken.Register(() =>
        {
            if (input == 1)
            {
                _held.TrySetResult();
                _gate.Wait();
            }
            else
            {
                _told.TrySetResult();
            }
        });
        _begun.Release();
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        return input;
    }

    /// <summary>Lets two turns run into their deadlines, the first of which blocks.</summary>
    /// <param name="chain">A chain with the block and a deadline.</param>
    public async Task OthersAreToldAsync(Chain<int, int> chain)
    {
        try
        {
            await UntilItBegins(chain, 1);
            await _held.Task.WaitAsync(Never);
            await UntilItBegins(chain, 2);
            await _told.Task.WaitAsync(Never);
        }
        finally
        {
            _gate.Set();
        }

        await Eventually.Async(() => chain.DetachedBlocks == 0);
    }

    /// <summary>
    /// On a busy machine, the deadline can fire before the block has begun; then there is no callback, and the test tries again.
    /// </summary>
    async Task UntilItBegins(Chain<int, int> chain, int input)
    {
        do
        {
            Assert.Equal(TurnOutcome.DeadlineExceeded, (await chain.Start(input).Completion.WaitAsync(Never)).Outcome);
        }
        while (!await _begun.WaitAsync(100));
    }
}
