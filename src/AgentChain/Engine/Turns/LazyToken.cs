using AgentChain.Engine.Deadlines;

namespace AgentChain.Engine.Turns;

/// <summary>A turn's cancellation token, created when it is first asked for: most turns of fast blocks never need one.</summary>
struct LazyToken
{
    CancellationTokenSource? _source;

    /// <summary>The source; null if no token was asked for.</summary>
    public CancellationTokenSource? Source => Volatile.Read(ref _source);

    /// <summary>Returns the token. Published before the end of the turn is read, so a token created while the turn ends is canceled by one of the two.</summary>
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
