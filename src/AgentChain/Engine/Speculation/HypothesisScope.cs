using AgentChain.Engine.Deadlines;
using AgentChain.Engine.Turns;
using AgentChain.Speculation;

namespace AgentChain.Engine.Speculation;

/// <summary>
/// A hypothesis on its way through the chain: the scope of every value made from it. Never committed itself: when the final value
/// comes, the hypothesis is superseded and the final value follows it, in certain scope, finding the work that stands at the gates.
/// </summary>
sealed class HypothesisScope(TurnCore turn, IWorkScope? outer, double probability, HypothesisFeatures features, long at) : IWorkScope
{
    CancellationTokenSource? _own;
    int _superseded;

    /// <summary>P(final) of everything it rests on.</summary>
    public double Probability { get; } = probability * (outer?.RestsOn?.Probability ?? 1);

    /// <summary>The evidence, as it was when the hypothesis was published.</summary>
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

    /// <summary>Another value has taken its place, or no value will come of it. Called under the ledger's lock; the token fires afterwards.</summary>
    public void Supersede(TurnSpeculation speculation)
    {
        if (Interlocked.Exchange(ref _superseded, 1) == 0 && Volatile.Read(ref _own) is { } own)
        {
            speculation.Cancel(own);
        }
    }

    /// <remarks>A hypothesis never becomes certain: the final value follows it, and fails by itself where this did.</remarks>
    public bool TryFault(Exception error)
    {
        turn.Speculation!.CountFault(error);
        return true;
    }
}
