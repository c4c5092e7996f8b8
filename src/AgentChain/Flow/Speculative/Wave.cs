using AgentChain.Speculation;

namespace AgentChain.Flow.Speculative;

/// <summary>
/// A hypothesis on its way through the chain: the scope of every value made from it. Never committed itself: when the final value
/// comes, the wave is superseded and the final value follows it, in certain scope, finding the work that stands at the gates.
/// </summary>
sealed class HypothesisScope(TurnCore turn, WorkScope? outer, double probability, HypothesisFeatures features, long at) : WorkScope
{
    CancellationTokenSource? _own;
    int _superseded;

    /// <summary>P(final) of everything it rests on.</summary>
    public double Probability { get; } = probability * (outer?.HypothesisScope?.Probability ?? 1);

    /// <summary>The evidence, as it was when the hypothesis was published.</summary>
    public HypothesisFeatures Features => features;

    public long At => at;

    public bool IsGone => Volatile.Read(ref _superseded) != 0 || outer is { IsGone: true };

    public bool IsUncommitted => true;

    public long DueAt => outer?.DueAt ?? long.MaxValue;

    HypothesisScope? WorkScope.HypothesisScope => this;

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
    public void Supersede(ref DeferredActions after)
    {
        if (Interlocked.Exchange(ref _superseded, 1) == 0 && Volatile.Read(ref _own) is { } own)
        {
            after.Cancel(own, turn.Runtime.Watcher);
        }
    }

    /// <remarks>A hypothesis never becomes certain: the final value follows it, and fails by itself where this did.</remarks>
    public bool TryFault(Exception error)
    {
        turn.TurnSpeculation!.CountFault(error);
        return true;
    }
}

/// <summary>The scope of what rests on two hypotheses at once: both sides of a join.</summary>
sealed class JoinedScope(WorkScope left, WorkScope right) : WorkScope
{
    CancellationTokenSource? _own;

    public bool IsGone => left.IsGone || right.IsGone;

    public bool IsUncommitted => left.IsUncommitted || right.IsUncommitted;

    public long DueAt => Math.Min(left.DueAt, right.DueAt);

    public HypothesisScope? HypothesisScope => left.HypothesisScope is not { } one ? right.HypothesisScope : right.HypothesisScope is { } other && other.Probability < one.Probability ? other : one;

    public CancellationToken InnerToken
    {
        get
        {
            if (Volatile.Read(ref _own) is { } own)
            {
                return own.Token;
            }

            var mine = CancellationTokenSource.CreateLinkedTokenSource(left.InnerToken, right.InnerToken);
            return (Interlocked.CompareExchange(ref _own, mine, null) ?? mine).Token;
        }
    }

    public bool TryFault(Exception error) => (HypothesisScope as WorkScope)?.TryFault(error) ?? false;

    /// <summary>The scope of what comes of two sides, one of which may be the fork's own.</summary>
    public static WorkScope? Of(WorkScope? left, WorkScope? right, WorkScope? shared) =>
        ReferenceEquals(left, right) || right is null || ReferenceEquals(right, shared) ? left
        : left is null || ReferenceEquals(left, shared) ? right
        : new JoinedScope(left, right);
}
