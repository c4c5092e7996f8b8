using AgentChain.Blocks;
using AgentChain.Speculation;

namespace AgentChain;

/// <summary>
/// Represents work inside a block that was started before it was known to be needed. It is resolved once: by <see cref="Commit"/> if it is
/// needed, or by <see cref="Terminate"/> or <see cref="Abandon"/>.
/// </summary>
/// <remarks>
/// Resolving and ending are independent, in either order: the block cancels terminated work itself, and calls <see cref="InnerWork.End"/>
/// when it has ended. Its running time then counts as useful or as wasted, in the turn's <see cref="SpeculationAccount"/> and in the waste
/// budget. Work that is neither committed nor terminated when the turn ends is terminated. Thread-safe.
/// </remarks>
public sealed class EarlyWork : InnerWork
{
    bool _isSettled;

    internal EarlyWork(IInnerHost host, IBlockScope run, in SpeculationRequest request, in SpeculationDecision decision, string name)
        : base(host, run, name) =>
        (Request, Decision) = (request, decision);

    /// <summary>Gets a value that indicates whether the work is known to be needed.</summary>
    /// <value><see langword="null"/> until the work is resolved.</value>
    public bool? IsNeeded { get; private set; }

    internal SpeculationRequest Request { get; }

    internal SpeculationDecision Decision { get; }

    /// <summary>Whether it is known that the hypothesis was right or wrong; otherwise, the turn ended too early to tell.</summary>
    internal bool IsKnown { get; private set; }

    /// <summary>Whether it was resolved by a run on a hypothesis.</summary>
    internal bool WasSpeculative { get; private set; }

    /// <summary>The time at which it was resolved.</summary>
    internal long ResolvedAt { get; private set; }

    internal override bool MayBeInVain => IsNeeded != true || base.MayBeInVain;

    /// <summary>Resolves the work as needed: the block uses its result, or waits for it.</summary>
    /// <returns>
    /// <see langword="true"/> if this call or an earlier one committed the work; <see langword="false"/> if it was terminated or the turn
    /// has ended, so that the result must not be used.
    /// </returns>
    public bool Commit() => Resolve(needed: true, known: true) == true;

    /// <summary>Resolves the work as not needed. The block should cancel it.</summary>
    public void Terminate() => Resolve(needed: false, known: true);

    /// <summary>
    /// Gives the work up before it is known whether it is needed, for example because other work needs its place. It counts as terminated,
    /// but the chain's controller does not learn from it. The block should cancel it.
    /// </summary>
    /// <returns><see langword="false"/> if the work was committed before, so that the block should not cancel it.</returns>
    public bool Abandon() => Resolve(needed: false, known: false) != true;

    bool? Resolve(bool needed, bool known)
    {
        lock (Sync)
        {
            if (IsNeeded is null && !Host.IsOver)
            {
                (IsNeeded, IsKnown, ResolvedAt, WasSpeculative) = (needed, known, Host.Now, Owner.IsSpeculative);
                Settle();
            }

            return IsNeeded;
        }
    }

    private protected override void JustEnded() => Settle();

    private protected override void Closed(bool completed)
    {
        if (IsNeeded is null)
        {
            (IsNeeded, IsKnown, ResolvedAt) = (false, completed, EndedAt);
        }

        Settle();
    }

    void Settle()
    {
        if (HasEnded && IsNeeded is not null && !_isSettled)
        {
            _isSettled = true;
            Host.Settled(this);
        }
    }
}
