using System.Diagnostics.CodeAnalysis;
using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Runs;

/// <summary>
/// The single end of a block's run.
/// <code>
///   Running ──(1) returned ──────────────> Done       its result continues downstream
///      ├─────(2) budget ran out, fallback > Replaced   the fallback's result continues
///      └─────(3) turn over, grace over ───> Left       nothing continues
/// </code>
/// One of the three wins. A run that returns after (2) or (3) is only counted.
/// </summary>
struct RunClaim
{
    const int Running = 0;
    const int Done = 1;
    const int Replaced = 2;
    const int Left = 3;

    int _state;
    byte _reported;
    BudgetWarnings _warnings;

    /// <summary>
    /// The last limit whose overrun was reported. Part of the claim, as the warnings are, because together they take eight bytes; apart,
    /// each run would grow.
    /// </summary>
    public BudgetLimit Reported
    {
        readonly get => (BudgetLimit)_reported;
        set => _reported = (byte)value;
    }

    /// <summary>The warnings of the run's budget that are still to come.</summary>
    [UnscopedRef]
    public ref BudgetWarnings Warnings => ref _warnings;

    public bool IsRunning => Volatile.Read(ref _state) == Running;

    public bool IsReplaced => Volatile.Read(ref _state) == Replaced;

    public bool IsLeft => Volatile.Read(ref _state) == Left;

    /// <summary>Whether the run's own result is no longer needed: (2) or (3).</summary>
    public bool IsGivenUp => Volatile.Read(ref _state) is Replaced or Left;

    /// <summary>(1) Ends the run by its own result.</summary>
    /// <param name="counted">
    /// Whether the run lost and was counted as detached or replaced. A run that ended before it got a device was not counted.
    /// </param>
    public bool TryFinish(out bool counted)
    {
        int was = Interlocked.CompareExchange(ref _state, Done, Running);
        counted = was is Replaced or Left;
        return was == Running;
    }

    /// <summary>(2) Ends the run by its fallback.</summary>
    public bool TryReplace() => Interlocked.CompareExchange(ref _state, Replaced, Running) == Running;

    /// <summary>(3) Ends the run by detaching it.</summary>
    public bool TryLeave() => Interlocked.CompareExchange(ref _state, Left, Running) == Running;

    /// <summary>Ends the run before it began to work.</summary>
    /// <returns>Whether it was already detached, and so was counted.</returns>
    public bool Abandon() => Interlocked.CompareExchange(ref _state, Done, Running) == Left;

    /// <summary>Restarts the run for another input.</summary>
    public void Restart() => Interlocked.Exchange(ref _state, Running);
}
