using System.Diagnostics;
using System.Threading.Tasks.Dataflow;
using AgentChain.Budgets;
using AgentChain.Devices;
using AgentChain.Diagnostics;
using AgentChain.Engine.Interop;
using AgentChain.Engine.Links;
using AgentChain.Engine.Speculation;
using AgentChain.Engine.Turns;
using AgentChain.Simulation;
using AgentChain.Speculation;

namespace AgentChain;

/// <content>Starts turns.</content>
public abstract partial class ChainBase<TIn, TOut>
{
    /// <summary>
    /// Starts a turn and returns it immediately. The turn is rejected if the chain is full or if other turns are waiting for room.
    /// </summary>
    /// <param name="input">The input of the turn.</param>
    /// <param name="cancellationToken">A token that interrupts the turn.</param>
    /// <returns>The turn. Its output can be read while it is produced.</returns>
    /// <remarks>
    /// The caller must read the turn's <see cref="Turn{T}.Output"/> to its end or dispose the turn. If a turn's stream is not read, the
    /// turn waits for its reader once <see cref="ChainOptions.OutputCapacity"/> items are buffered. It then stays in the chain and counts
    /// against <see cref="ChainOptions.MaxTurns"/> until its total budget runs out, it is interrupted, or the chain is disposed. A turn
    /// that returns one value ends by itself.
    /// </remarks>
    public Turn<TOut> Start(TIn input, CancellationToken cancellationToken = default)
    {
        TurnCore<TOut> turn = IsStream ? MakeStreamTurn(out string? refusal) : MakeValueTurn(out refusal);
        Launch(turn, input, refusal, cancellationToken);
        return new Turn<TOut>(turn);
    }

    /// <summary>Predicts a turn that would start now, for example to choose among several chains or servers. Starts nothing.</summary>
    /// <param name="input">The input of the turn.</param>
    /// <returns>The prediction.</returns>
    /// <exception cref="InvalidOperationException">The chain was built without <see cref="ChainOptions.Overload"/>.</exception>
    public TurnPrediction Predict(TIn input)
    {
        using HostThread.Absence absence = HostThread.LeaveForNow();
        return _runtime.Settings.Forecasts is { } plan
            ? Foresight.OfStart(plan, plan.Read(input), Options.Budget.FirstOutputLimit ?? (IsStream ? null : Options.Budget.TotalLimit))
            : throw new InvalidOperationException($"Chain '{Name}' does not predict its turns; set ChainOptions.Overload.");
    }

    /// <summary>
    /// Starts a turn. If the chain already runs <see cref="ChainOptions.MaxTurns"/> turns, waits for room first, in first-come,
    /// first-served order.
    /// </summary>
    /// <param name="input">The input of the turn.</param>
    /// <param name="cancellationToken">
    /// A token that cancels the wait for room or, once the turn has been admitted, interrupts the turn.
    /// </param>
    /// <returns>
    /// The turn. Its output can be read while it is produced. As with <see cref="Start(TIn, CancellationToken)"/>, read its output, await its completion or dispose
    /// it. The turn's clock starts at this call: the wait counts against its budget and is reported as part of <c>entry</c>. The turn is
    /// <see cref="TurnOutcome.Rejected"/> if its budget runs out before there is room, if the chain drains or is disposed, or if
    /// <see cref="ChainOptions.MaxWaitingTurns"/> turns are already waiting. Without a budget, the wait is unlimited.
    /// </returns>
    /// <exception cref="OperationCanceledException">The token was canceled before the turn was admitted. No turn was started.</exception>
    public ValueTask<Turn<TOut>> StartAsync(TIn input, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<Turn<TOut>>(cancellationToken);
        }

        bool isIn = _runtime.TryAdmit();
        TurnCore<TOut> turn = IsStream ? MakeStreamTurn(!isIn) : MakeValueTurn(!isIn);
        if (!isIn)
        {
            return StartWithRoomAsync(turn, input, cancellationToken);
        }

        Launch(turn, input, null, cancellationToken);
        return new(new Turn<TOut>(turn));
    }

    async ValueTask<Turn<TOut>> StartWithRoomAsync(TurnCore<TOut> turn, TIn input, CancellationToken cancellationToken)
    {
        HostThread.Leave();
        string? refusal = await _runtime.AdmitAsync(turn.NextDue, Options.MaxWaitingTurns, cancellationToken);
        var entry = new TraceStep(turn, _entry, null, _runtime.Now);
        entry.End(entry.StartedAt);
        if (refusal is null)
        {
            turn.WasRefused = false;
        }
        else
        {
            turn.BeginRun(entry);
        }

        Launch(turn, input, refusal, cancellationToken, entry);
        return new Turn<TOut>(turn);
    }

    /// <summary>Starts a turn whose output is kept even if the host does not read it.</summary>
    /// <param name="input">The input of the turn.</param>
    /// <param name="kept">The turn's core, which records the output and the part of it that was heard.</param>
    /// <param name="waste">The waste budget for the turn's speculation, or null to use the chain's own budget.</param>
    /// <param name="cancellationToken">A token that interrupts the turn.</param>
    /// <param name="budget">The turn's own limits.</param>
    internal Turn<TOut> StartKept(
        TIn input, out TurnCore<TOut> kept, WasteBudget? waste, CancellationToken cancellationToken, LatencyBudget budget = default)
    {
        string? refusal = WhyTooLate(budget) ?? _runtime.Admit();
        if (IsStream)
        {
            StreamTurn<TOut> many = MakeStreamTurn(refusal is not null);
            many.Keep();
            kept = many;
        }
        else
        {
            ValueTurn<TOut> one = MakeValueTurn(refusal is not null);
            _ = one.Gate;
            kept = one;
        }

        kept.Shorten(budget);

        if (waste is not null)
        {
            kept.Speculation!.Waste = waste;
        }

        Launch(kept, input, refusal, cancellationToken);
        return new Turn<TOut>(kept);
    }

    internal TimeProvider Time => _runtime.Time;

    /// <summary>Creates the waste budget for the speculation of one conversation; null if waste is not limited.</summary>
    internal WasteBudget? NewWasteBudget() => _runtime.Plan?.NewWaste();

    /// <summary>Runs a turn and returns all of its output.</summary>
    /// <param name="input">The input of the turn.</param>
    /// <param name="cancellationToken">A token that interrupts the turn.</param>
    /// <returns>The items of the stream, or the single value if the output is one value.</returns>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    /// <exception cref="TurnException">The turn did not complete.</exception>
    public ValueTask<IReadOnlyList<TOut>> RunToListAsync(TIn input, CancellationToken cancellationToken = default) =>
        ToListAsync(Start(input, cancellationToken));

    /// <summary>Starts a turn whose one value the caller awaits, without a task for it.</summary>
    private protected ValueTask<TOut> RunValueAsync(TIn input, CancellationToken cancellationToken)
    {
        ValueTurn<TOut> turn = MakeValueTurn(out string? refusal);
        if (refusal is not null || cancellationToken.CanBeCanceled || !TryLaunchInPlace(turn, input))
        {
            Launch(turn, input, refusal, cancellationToken);
        }

        return turn.ValueAsync();
    }

    /// <summary>
    /// Exposes the chain as a Dataflow block. Each input starts a turn. Outputs are emitted as the turns produce them, in the order of the
    /// inputs.
    /// </summary>
    /// <param name="maxTurns">
    /// The maximum number of turns that the block runs at once; at least 1. The outputs of a turn wait, bounded, until all earlier turns
    /// have emitted theirs. The block queues twice as many inputs; further inputs are postponed, as with any bounded Dataflow block.
    /// </param>
    /// <param name="onNotCompleted">
    /// A callback that receives the exception of each turn that did not complete, after the outputs that the turn produced. Such an input
    /// has no further output. Calls never overlap and follow the order of the inputs. An exception that it throws faults the block.
    /// </param>
    /// <returns>
    /// The block. Completing it completes the targets that are linked with <c>PropagateCompletion</c>, once all turns in the block have
    /// ended. A turn that does not complete faults the block with its <see cref="TurnException"/>, unless <paramref name="onNotCompleted"/>
    /// handles it. Faulting the block interrupts its turns and drops outputs that were not received. If the chain is full, inputs wait for
    /// room without a time limit, and their turns' clocks start when they are admitted. A target that is slow or declines messages stalls
    /// the turns; it does not grow memory.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxTurns"/> is less than 1, or 2^30 or more.</exception>
    public IPropagatorBlock<TIn, TOut> AsPropagatorBlock(int maxTurns = 16, Action<TurnException>? onNotCompleted = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxTurns, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(maxTurns, 1 << 30);
        if (onNotCompleted is not null)
        {
            OptionCheck.NotAsyncVoid(onNotCompleted, nameof(onNotCompleted));
        }

        return new ChainBlock<TIn, TOut>(
            (input, token) => StartWhenAdmittedAsync(input, isWarmUp: false, token), maxTurns, onNotCompleted, _runtime.Scheduler);
    }

    /// <summary>
    /// Starts a turn once there is room, without a time limit: a queued Dataflow input or one of a warm-up is not a turn yet and has no
    /// budget.
    /// </summary>
    async ValueTask<Turn<TOut>> StartWhenAdmittedAsync(TIn input, bool isWarmUp, CancellationToken cancellationToken)
    {
        string? refusal = _runtime.TryAdmit()
            ? null
            : await _runtime.AdmitAsync(BudgetClock.Never, maxWaiting: null, cancellationToken);
        TurnCore<TOut> turn = IsStream ? MakeStreamTurn(refusal is not null) : MakeValueTurn(refusal is not null);
        if (isWarmUp)
        {
            turn.BecomeWarmUp();
        }

        Launch(turn, input, refusal, cancellationToken);
        return new Turn<TOut>(turn);
    }

    ValueTurn<TOut> MakeValueTurn(out string? refusal)
    {
        refusal = _runtime.Admit();
        return MakeValueTurn(refusal is not null);
    }

    ValueTurn<TOut> MakeValueTurn(bool isRefused)
    {
        try
        {
            return _runtime.Plan is null
                ? new ValueTurn<TOut>(_runtime, _runtime.NextTurn()) { WasRefused = isRefused }
                : new SpeculativeValueTurn<TOut>(_runtime, _runtime.NextTurn()) { WasRefused = isRefused };
        }
        catch when (!isRefused)
        {
            // A turn that was not created cannot give its place back.
            _runtime.GiveBack();
            throw;
        }
    }

    StreamTurn<TOut> MakeStreamTurn(out string? refusal)
    {
        refusal = _runtime.Admit();
        return MakeStreamTurn(refusal is not null);
    }

    StreamTurn<TOut> MakeStreamTurn(bool isRefused)
    {
        try
        {
            return _runtime.Plan is null
                ? new StreamTurn<TOut>(_runtime, _runtime.NextTurn()) { WasRefused = isRefused }
                : new SpeculativeStreamTurn<TOut>(_runtime, _runtime.NextTurn()) { WasRefused = isRefused };
        }
        catch when (!isRefused)
        {
            _runtime.GiveBack();
            throw;
        }
    }

    void Launch(TurnCore turn, TIn input, string? refusal, CancellationToken cancellationToken, TraceStep? entry = null)
    {
        if (refusal is not null)
        {
            turn.TryEnd(TurnOutcome.Rejected, new TurnRejectedException(null, refusal));
            return;
        }

        using HostThread.Absence absence = HostThread.LeaveForNow();
        Enter(turn, cancellationToken);
        if (_runtime.Settings.Forecasts is { } plan && !Foresight.Admits(plan, turn, input))
        {
            return;
        }

        Forget(_head.SendAsync(new Envelope<TIn>(turn, input, entry, null, entry?.EndedAt ?? turn.StartedAt)));
    }

    void Enter(TurnCore turn, CancellationToken cancellationToken)
    {
        _runtime.Enter(turn);
        turn.Begin(cancellationToken);
        if (_runtime.IsClosed)
        {
            // The chain was disposed after this turn was admitted, and may have interrupted its turns before this one was among them.
            turn.Interrupt();
        }
    }

    /// <summary>
    /// Runs the fused blocks at the head on this thread, under an execution context that carries none of the caller's state.
    /// </summary>
    bool TryLaunchInPlace(TurnCore turn, TIn input)
    {
        if (_inPlace is null || _head.CleanContext is not { } clean || ExecutionContext.Capture() is not { } callers)
        {
            return false;
        }

        using HostThread.Absence absence = HostThread.LeaveForNow();
        Enter(turn, CancellationToken.None);
        ExecutionContext.Restore(clean);
        Forget(_inPlace.SendAsync(new Envelope<TIn>(turn, input, null, null, turn.StartedAt)));
        ExecutionContext.Restore(callers);
        return true;
    }

    /// <summary>Lets the send complete in the background. Its failure becomes the turn's outcome.</summary>
    static void Forget(ValueTask accepted)
    {
        if (!accepted.IsCompletedSuccessfully)
        {
            _ = accepted.AsTask();
        }
    }
}
