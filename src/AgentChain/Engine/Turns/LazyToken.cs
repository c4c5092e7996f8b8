using AgentChain.Engine.Deadlines;

namespace AgentChain.Engine.Turns;

/// <summary>A turn's cancellation token, created on first use: most turns of fast blocks never need one.</summary>
struct LazyToken
{
    CancellationTokenSource? _source;

    /// <summary>The source; null if no token was requested.</summary>
    public CancellationTokenSource? Source => Volatile.Read(ref _source);

    /// <summary>
    /// Returns the token. The source is published before the turn's end is read, so a token that is created while the turn ends is canceled
    /// either here or there.
    /// </summary>
    public CancellationToken Get(ref TurnEnd end)
    {
        CancellationTokenSource? source = Source;
        if (source is null)
        {
            var mine = new CancellationTokenSource();
            source = Interlocked.CompareExchange(ref _source, mine, null) ?? mine;
            if (end.IsOver)
            {
                DeadlineWatcher.CancelInPlace(source);
            }
        }

        return source.Token;
    }
}
