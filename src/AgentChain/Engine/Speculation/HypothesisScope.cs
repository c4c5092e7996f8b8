using AgentChain.Engine.Deadlines;
using AgentChain.Engine.Turns;
using AgentChain.Speculation;

namespace AgentChain.Engine.Speculation;

/// <summary>
/// A hypothesis on its way through the chain: the scope of every value derived from it. It is never committed itself: when the final value
/// arrives, the hypothesis is superseded, and the final value follows it in committed scope and finds reusable work at the gates.
/// </summary>
sealed class HypothesisScope(TurnCore turn, IWorkScope? outer, double probability, HypothesisFeatures features, long at) : IWorkScope
{
    CancellationTokenSource? _own;
    int _superseded;

    /// <summary>The probability that it and all hypotheses on which it depends come true.</summary>
    public double Probability { get; } = probability * (outer?.RestsOn?.Probability ?? 1);

    /// <summary>The evidence at the time at which the hypothesis was published.</summary>
    public HypothesisFeatures Features => features;

    public long At => at;

    public bool IsGone => Volatile.Read(ref _superseded) != 0 || outer is { IsGone: true };

    public bool IsUncommitted => true;

    public long DueAt => outer?.DueAt ?? long.MaxValue;

    IWorkScope? IWorkScope.Hypothesis => this;

    public CancellationToken InnerToken
    {
        get
        {
            if (Volatile.Read(ref _own) is { } own)
            {
                return own.Token;
            }

            var mine = CancellationTokenSource.CreateLinkedTokenSource(outer?.InnerToken ?? turn.Token);
            own = Interlocked.CompareExchange(ref _own, mine, null) ?? mine;
            if (IsGone)
            {
                DeadlineWatcher.CancelInPlace(own);
            }

            return own.Token;
        }
    }

    /// <summary>
    /// Ends the hypothesis, because another value replaces it or no value will follow. Called under the lock of the turn's speculation; the
    /// token is canceled after the lock is released.
    /// </summary>
    public void Supersede(TurnSpeculation speculation)
    {
        if (Interlocked.Exchange(ref _superseded, 1) == 0 && Volatile.Read(ref _own) is { } own)
        {
            speculation.Cancel(own);
        }
    }

    /// <remarks>A hypothesis never becomes final. The final value follows it, and fails by itself if this one failed.</remarks>
    public bool TryFault(Exception error)
    {
        turn.Speculation!.CountFault(error);
        return true;
    }
}
