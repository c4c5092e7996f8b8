using System.Diagnostics;
using System.Threading.Tasks.Dataflow;
using AgentChain.Blocks;
using AgentChain.Budgets;
using AgentChain.Building;
using AgentChain.Devices;
using AgentChain.Diagnostics;
using AgentChain.Engine.Interop;
using AgentChain.Engine.Links;
using AgentChain.Engine.Speculation;
using AgentChain.Engine.Turns;
using AgentChain.Simulation;
using AgentChain.Speculation;
using AgentChain.Turns;

namespace AgentChain;

/// <content>Starting turns.</content>
public sealed partial class Chain<TIn, TOut>
{
    /// <summary>Starts a turn and returns it at once. On a full chain, or when others wait for room, the turn is Rejected.</summary>
    /// <param name="input">The input.</param>
    /// <param name="cancellationToken">Interrupts the turn when it fires.</param>
    /// <returns>The turn; its output can be read while it is made.</returns>
    /// <remarks>
    /// The caller must read the turn's <see cref="Turn{T}.Output"/> to its end or dispose the turn. A turn whose stream nobody reads waits for
    /// its reader once <see cref="ChainOptions.OutputCapacity"/> items wait, and stays inside the chain, where it counts against
    /// <see cref="ChainOptions.MaxTurns"/>, until its total budget runs out, it is interrupted or the chain is disposed. A turn that returns one value
    /// ends by itself.
    /// </remarks>
    public Turn<TOut> Start(TIn input, CancellationToken cancellationToken = default)
    {
        TurnCore<TOut> turn = IsStream ? MakeStreamTurn(out string? refusal) : MakeValueTurn(out refusal);
        Launch(turn, input, refusal, cancellationToken);
        return new Turn<TOut>(turn);
    }

    /// <summary>
    /// Starts a turn, and waits for room first when the chain is full with <see cref="ChainOptions.MaxTurns"/>: first come, first served.
    /// </summary>
    /// <param name="input">The input.</param>
    /// <param name="cancellationToken">Ends the wait; interrupts the turn when it fires later.</param>
    /// <returns>
    /// The turn, whose output can be read while it is made. Read its output, await its completion or dispose it, as with
    /// <see cref="Start"/>. The turn's clock starts at this call: the wait counts against its budget, and is in its report as a part of
    /// <c>entry</c>. It has ended as <see cref="TurnOutcome.Rejected"/> when its budget ended before there was room, when the chain
    /// drains or is disposed, or when <see cref="ChainOptions.MaxWaitingTurns"/> turns wait already. Without a budget it waits as long as
    /// it takes.
    /// </returns>
    /// <exception cref="OperationCanceledException">The token fired before the turn was let in; nothing is left of it.</exception>
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

    /// <summary>Starts a turn whose output is kept, whether or not the host reads it.</summary>
    /// <param name="input">The input.</param>
    /// <param name="kept">Knows what was put out, and how much of it was heard.</param>
    /// <param name="waste">What it may waste on speculation; null where the chain's own budget holds.</param>
    /// <param name="cancellationToken">Interrupts the turn when it fires.</param>
    internal Turn<TOut> StartKept(TIn input, out TurnCore<TOut> kept, WasteBudget? waste, CancellationToken cancellationToken)
    {
        string? refusal;
        if (IsStream)
        {
            StreamTurn<TOut> many = MakeStreamTurn(out refusal);
            many.Keep();
            kept = many;
        }
        else
        {
            ValueTurn<TOut> one = MakeValueTurn(out refusal);
            _ = one.Gate;
            kept = one;
        }

        if (waste is not null)
        {
            kept.Speculation!.Waste = waste;
        }

        Launch(kept, input, refusal, cancellationToken);
        return new Turn<TOut>(kept);
    }

    internal TimeProvider Time => _runtime.Time;

    /// <summary>What a conversation may waste on speculation; null where that is not limited.</summary>
    internal WasteBudget? NewWasteBudget() => _runtime.Plan?.NewWaste();

    /// <summary>Runs a turn and gives its one value.</summary>
    /// <remarks>
    /// A chain that begins with synchronous, cheap blocks runs these on the caller's thread when nothing could end the turn early:
    /// the chain has no budget and the token cannot fire. It does not see the caller's ambient state all the same.
    /// </remarks>
    /// <param name="input">The input.</param>
    /// <param name="cancellationToken">Interrupts the turn when it fires.</param>
    /// <returns>The value.</returns>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    /// <exception cref="TurnException">The turn did not complete; the type and <see cref="TurnException.Outcome"/> say why.</exception>
    /// <exception cref="InvalidOperationException">The chain makes a stream; use <see cref="Start"/> or <see cref="RunToListAsync"/>.</exception>
    public ValueTask<TOut> RunAsync(TIn input, CancellationToken cancellationToken = default)
    {
        if (IsStream)
        {
            throw new InvalidOperationException($"Chain '{Name}' makes a stream; use Start and read its Output, or RunToListAsync.");
        }

        ValueTurn<TOut> turn = MakeValueTurn(out string? refusal);
        if (refusal is not null || cancellationToken.CanBeCanceled || !TryLaunchInPlace(turn, input))
        {
            Launch(turn, input, refusal, cancellationToken);
        }

        return turn.ValueAsync();
    }

    /// <summary>Runs a turn and gives all its output.</summary>
    /// <param name="input">The input.</param>
    /// <param name="cancellationToken">Interrupts the turn when it fires.</param>
    /// <returns>The items of the stream; of a chain that makes one value, that value.</returns>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    /// <exception cref="TurnException">The turn did not complete.</exception>
    public async ValueTask<IReadOnlyList<TOut>> RunToListAsync(TIn input, CancellationToken cancellationToken = default)
    {
        HostThread.Leave();
        Turn<TOut> turn = Start(input, cancellationToken);
        List<TOut> items = [];
        await foreach (TOut item in turn.Output)
        {
            items.Add(item);
        }

        return items;
    }

    /// <summary>
    /// Makes the chain a Dataflow block: each input is a turn, and the outputs come as the turns make them, in the order of the inputs.
    /// </summary>
    /// <param name="maxTurns">
    /// How many turns the block runs at once; at least 1. The outputs of a turn wait, bounded, until the turns before it have put out
    /// theirs. Twice as many inputs may wait in the block; a further one is postponed, as with any bounded Dataflow block.
    /// </param>
    /// <param name="onNotCompleted">
    /// Called with a turn's end when it did not complete, after the outputs it had made; its input then has no further output. One call at
    /// a time, in the order of the inputs. What it throws faults the block.
    /// </param>
    /// <returns>
    /// The block. Completing it completes what is linked to it with <c>PropagateCompletion</c>, once the turns inside have ended. A turn
    /// that does not complete faults it with its <see cref="TurnException"/>, unless <paramref name="onNotCompleted"/> takes that; faulting
    /// it interrupts the turns inside and drops outputs that were not taken. When the chain is full, inputs wait for room in it,
    /// however long that takes, and their turns' clocks start when they have it. A target that is slow or declines holds up the turns, not memory.
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

        return new ChainBlock<TIn, TOut>(StartForBlockAsync, maxTurns, onNotCompleted, _runtime.Scheduler);
    }

    /// <summary>Starts a turn when there is room, however long that takes: an input that waits in a Dataflow network has no turn yet.</summary>
    async ValueTask<Turn<TOut>> StartForBlockAsync(TIn input, CancellationToken cancellationToken)
    {
        string? refusal = _runtime.TryAdmit()
            ? null
            : await _runtime.AdmitAsync(BudgetClock.Never, int.MaxValue, cancellationToken);
        TurnCore<TOut> turn = IsStream ? MakeStreamTurn(refusal is not null) : MakeValueTurn(refusal is not null);
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
            // The turn that has the place will never give it back.
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
        Forget(_head.SendAsync(new Envelope<TIn>(turn, input, entry, null, entry?.EndedAt ?? turn.StartedAt)));
    }

    void Enter(TurnCore turn, CancellationToken cancellationToken)
    {
        _runtime.Enter(turn);
        turn.Begin(cancellationToken);
        if (_runtime.IsClosed)
        {
            // The chain was disposed between the admission and this line, and may have gone through the turns inside before.
            turn.Interrupt();
        }
    }

    /// <summary>Runs the fused blocks at the head on this thread, under a context that carries nothing of the caller's.</summary>
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

    /// <summary>Does not wait for room; whatever comes of it is the turn's outcome.</summary>
    static void Forget(ValueTask accepted)
    {
        if (!accepted.IsCompletedSuccessfully)
        {
            _ = accepted.AsTask();
        }
    }
}
