using System.Diagnostics;
using AgentChain.Blocks;
using AgentChain.Devices;
using AgentChain.Speculation;

namespace AgentChain.Engine.Turns;

/// <summary>
/// One run of a block in a turn, or one item that it produced: when it was queued, started and ended, and its cause. Steps link back to
/// their causes; from the last output back to the turn's start they tile the turn's time.
/// </summary>
/// <remarks>
/// Everywhere in the engine, times are timestamps of the chain's clock, and a timestamp of 0 means "not set".
/// <see cref="ChainRuntime.Now"/> is therefore at least 1, even if the host's clock starts at 0.
/// </remarks>
/// <param name="turn">The turn.</param>
/// <param name="node">The block.</param>
/// <param name="parent">The step that it waited for; null for the turn's start.</param>
/// <param name="startedAt">The time at which the block took the value from its queue.</param>
class TraceStep(TurnCore turn, BlockNode node, TraceStep? parent, long startedAt) : IBlockScope
{
    public TurnCore Turn => turn;

    public BlockNode Node => node;

    public TraceStep? Parent => parent;

    public long StartedAt => startedAt;

    /// <summary>The time at which the step that it waited for was done.</summary>
    public virtual long QueuedAt => parent?.EndedAt ?? turn.StartedAt;

    /// <summary>The time at which it began to work, after any wait for a device; <see cref="long.MaxValue"/> during that wait.</summary>
    public virtual long RunningAt => startedAt;

    /// <summary>The time at which it was done; 0 while it runs.</summary>
    public long EndedAt { get; private set; }

    /// <summary>The innermost sub-chain, hypothesis or speculation that encloses it.</summary>
    public IWorkScope? Scope { get; init; } = parent?.Scope;

    /// <summary>The scope of the run whose output it is, if that run worked in a scope of its own; otherwise, null.</summary>
    public virtual IWorkScope? RunScope => null;

    /// <summary>Whether its results are no longer needed: the turn is over, or its scope has ended.</summary>
    public bool IsOver => turn.IsOver || Scope is { IsGone: true };

    /// <summary>Whether it depends on a value that can still turn out to be wrong.</summary>
    public bool IsUncommitted => Scope is { IsUncommitted: true };

    /// <summary>A token that is canceled when its results are no longer needed.</summary>
    public CancellationToken Token => Scope?.InnerToken ?? turn.Token;

    /// <summary>The next earlier run of the turn, for the report.</summary>
    public TraceStep? Earlier { get; set; }

    public SpanNotes Notes { get; set; }

    /// <summary>Whether it waited at a barrier, not in a queue.</summary>
    public bool WaitedAtBarrier { get; init; }

    public Baggage? Baggage { get; set; } = parent?.Baggage;

    public virtual DeviceLease? Lease => null;

    /// <summary>The span of the run; null if there is none.</summary>
    public virtual Activity? Activity => null;

    InnerWork IBlockScope.Begin(string name, object? key) => turn.InnerOrNew.Begin(this, name, key);

    EarlyWork? IBlockScope.TryBeginEarly(in EarlyRequest request, out SpeculationDecision decision) =>
        turn.InnerOrNew.TryBeginEarly(this, request, out decision);

    void IBlockScope.Used(in ModelUsage usage) => turn.UsesOrNew.Add(this, usage);

    void IBlockScope.Cancel(CancellationTokenSource source) => turn.Runtime.Watcher.Cancel(source);

    TurnId IBlockScope.TurnId => turn.Id;

    string IBlockScope.BlockName => node.Name;

    TimeProvider IBlockScope.Time => turn.Runtime.Time;

    CancellationToken IBlockScope.TurnToken => turn.Token;

    long IBlockScope.RunNumber => Scope?.RunNumber ?? 0;

    bool IBlockScope.IsSpeculative => IsUncommitted;

    bool IBlockScope.IsWarmUp => turn.IsWarmUp;

    ValueTask IBlockScope.CommittedAsync(CancellationToken cancellationToken) =>
        Scope?.WhenCommitted(cancellationToken) ?? default;

    T? IBlockScope.Get<T>(TurnKey<T> key)
        where T : default =>
        Scope is { } scope ? scope.Read(key, Baggage) : Baggage is { } baggage ? baggage.Find(key) : default;

    TimeSpan IBlockScope.Remaining
    {
        get
        {
            long due = Math.Min(Math.Min(Due, Scope?.DueAt ?? long.MaxValue), turn.NextDue);
            if (due == long.MaxValue)
            {
                return Timeout.InfiniteTimeSpan;
            }

            long left = due - turn.Runtime.Now;
            return left <= 0 ? TimeSpan.Zero : turn.Runtime.Time.GetElapsedTime(0, left);
        }
    }

    TimeSpan IBlockScope.Slack
    {
        get
        {
            TimeSpan left = ((IBlockScope)this).Remaining;
            if (node.Forecast is not { Plan: { } plan } forecast || turn.FirstDue is not { } due)
            {
                return left;
            }

            TimeSpan rest = Costs.CostModel.ToTime(plan.From(forecast, default, turn.Forecast, waits: false).Mean);
            TimeSpan slack = turn.Runtime.Time.GetElapsedTime(turn.Runtime.Now, due) - rest;
            return left != Timeout.InfiniteTimeSpan && left < slack ? left : slack > TimeSpan.Zero ? slack : TimeSpan.Zero;
        }
    }

    LatencyBudget IBlockScope.RemainingBudget
    {
        get
        {
            (long first, long total) = turn.Limits();
            (long ownFirst, long ownTotal) = OwnLimits;
            long now = turn.Runtime.Now;
            long scope = Scope?.DueAt ?? long.MaxValue;
            LatencyBudget budget = Math.Min(Math.Min(total, ownTotal), scope) is var last && last != long.MaxValue
                ? LatencyBudget.Total(Left(last))
                : LatencyBudget.None;
            return Math.Min(first, ownFirst) is var next && next != long.MaxValue ? budget.AndFirstOutput(Left(next)) : budget;

            TimeSpan Left(long due) =>
                due - now is > 0 and var left && turn.Runtime.Time.GetElapsedTime(0, left) is var time && time > TimeSpan.Zero
                    ? time
                    : TimeSpan.FromTicks(1);
        }
    }

    /// <summary>The times at which its own limits on the first and the last output run out.</summary>
    protected virtual (long FirstOutput, long Total) OwnLimits => (long.MaxValue, long.MaxValue);

    /// <summary>The time at which its own budget runs out.</summary>
    public virtual long Due => long.MaxValue;

    /// <summary>Whether it is a run of a block that still works.</summary>
    public virtual bool IsRunning => false;

    /// <summary>Whether it has handed output on.</summary>
    public virtual bool HasOutput => false;

    /// <summary>Whether it is a run of a block, which its turn detaches if it ignores its cancellation token.</summary>
    public virtual bool MayBeLeftBehind => false;

    /// <summary>Whether its turn detached it.</summary>
    public virtual bool IsLeftBehind => false;

    /// <summary>Detaches it if it still works.</summary>
    public virtual void Detach()
    {
    }

    /// <summary>Fails the turn because the block threw, unless the result is no longer needed or the run is uncommitted.</summary>
    public void Fail(Exception error) => Fail(node, error);

    /// <summary>Fails the turn because another block threw on this step's output.</summary>
    public void Fail(BlockNode failed, Exception error)
    {
        if (!IsOver && !TryFault(error))
        {
            turn.Fail(failed, error);
        }
    }

    /// <summary>Passes an error to the speculation that encloses the run; false if the error belongs to the turn.</summary>
    public bool TryFault(Exception error) => Scope is { IsUncommitted: true } scope && scope.TryFault(error);

    /// <summary>
    /// Creates a step of no duration where a value enters or leaves a sub-chain or a gate, in the scope beyond that boundary.
    /// </summary>
    /// <param name="turn">The turn.</param>
    /// <param name="node">The node of the sub-chain or of the gate's block.</param>
    /// <param name="cause">The step at whose end the value crosses the boundary; null for the turn's start.</param>
    /// <param name="scope">The scope beyond the boundary.</param>
    public static TraceStep At(TurnCore turn, BlockNode node, TraceStep? cause, IWorkScope? scope)
    {
        var step = new TraceStep(turn, node, cause, cause is null ? turn.StartedAt : cause.EndedAt == 0 ? cause.StartedAt : cause.EndedAt)
        {
            Scope = scope,
        };
        step.End(step.StartedAt);
        return step;
    }

    public void End(long now) => EndedAt = now;

    /// <summary>
    /// The times at which the run's last live input arrived and at which it was known to be the last; 0 if there is none.
    /// </summary>
    public virtual (long Last, long Known) Input => default;

    public virtual void InputEnded(long last, long known) =>
        throw new InvalidOperationException($"Block '{node.Name}' has no live input; add it with Revise and the option LiveInput().");

    /// <summary>
    /// Returns the step that produced an item at a time, as an object that no longer changes: this step if it ended then; otherwise, a
    /// copy.
    /// </summary>
    public TraceStep AsOf(long at)
    {
        if (EndedAt == at && at != 0 && !ChangesLater)
        {
            return this;
        }

        TraceStep item = Made();
        item.End(at);
        return item;
    }

    /// <summary>
    /// Creates the cause of this run's items, valid until the run's baggage changes. It has no end, because each item has its own time.
    /// </summary>
    public virtual TraceStep Made() => new(turn, node, this, RunningAt) { Baggage = Baggage };

    /// <summary>Whether the object is reused for a later run.</summary>
    protected virtual bool ChangesLater => false;

    /// <summary>Reuses the object for another run.</summary>
    protected void Become(TraceStep? cause, long started)
    {
        (parent, startedAt) = (cause, started);
        (EndedAt, Notes, Baggage) = (0, SpanNotes.None, cause?.Baggage);
    }
}
