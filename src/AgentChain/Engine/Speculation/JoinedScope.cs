using AgentChain.Engine.Turns;
using AgentChain.Speculation;

namespace AgentChain.Engine.Speculation;

/// <summary>The scope of work that depends on two hypotheses: both sides of a join.</summary>
sealed class JoinedScope(IWorkScope left, IWorkScope right) : IWorkScope
{
    CancellationTokenSource? _own;

    public bool IsGone => left.IsGone || right.IsGone;

    public bool IsUncommitted => left.IsUncommitted || right.IsUncommitted;

    public long DueAt => Math.Min(left.DueAt, right.DueAt);

    public IWorkScope? Hypothesis =>
        left.RestsOn is not { } one ? right.RestsOn : right.RestsOn is { } other && other.Probability < one.Probability ? other : one;

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

    public bool TryFault(Exception error) => Hypothesis?.TryFault(error) ?? false;

    /// <summary>Returns the scope of a value joined from two sides, either of which can have the fork's own scope.</summary>
    public static IWorkScope? Of(IWorkScope? left, IWorkScope? right, IWorkScope? shared) =>
        ReferenceEquals(left, right) || right is null || ReferenceEquals(right, shared) ? left
        : left is null || ReferenceEquals(left, shared) ? right
        : new JoinedScope(left, right);
}
