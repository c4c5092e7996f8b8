using System.Diagnostics;
using AgentChain.Diagnostics;
using AgentChain.Engine.Links;
using AgentChain.Engine.Runs;

namespace AgentChain.Engine.Nodes;

/// <summary>
/// One run of a block that returns one value.
/// <code>
///   Start ──(1) the block returned in place ──────────────┐
///     └────(2) it awaits ── Returned, by a Resumption ────┴─(3) Finish ── handed on ──(4) place released
/// </code>
/// The awaitable belongs to the block and can misbehave: it can throw when it is queried, complete twice, or belong to another run that has
/// already had its result. Each of these fails only this run.
/// </summary>
/// <param name="owner">The node.</param>
/// <param name="envelope">The input.</param>
/// <param name="holdsPlace">Whether the run has a place in the queue that it must release.</param>
sealed class AsyncRun<TIn, TOut>(AsyncNode<TIn, TOut> owner, in Envelope<TIn> envelope, bool holdsPlace = true)
    : BlockRun(envelope.Turn, owner.Node, envelope.Cause, envelope.At)
{
    readonly Frame? _frame = envelope.Frame;
    TIn _input = envelope.Value;
    ValueTask<TOut> _running;
    CancellationTokenSource? _own;
    Activity? _activity;
    int _holdsPlace = owner.LeavePlace is null || !holdsPlace ? 0 : 1;

    public override Activity? Activity => _activity;

    /// <summary>Runs the block. If places are not counted, completes when the value has been handed on.</summary>
    public ValueTask Start()
    {
        CancellationToken token = Token;
        if (Node.Settings.Overrun == OverrunAction.Fallback)
        {
            _own = CancellationTokenSource.CreateLinkedTokenSource(token);
            token = _own.Token;
        }

        Watch();

        Activity? outside = Activity.Current;
        _activity = Node.StartActivity(Turn);
        Await(owner.Invoke(_input, new BlockContext(this), token));
        if (_activity is not null)
        {
            TelemetryGuard.MakeCurrent(outside);
        }

        if (HasReturned(out Exception? broken))
        {
            // (1)
            ValueTask handedOn = Finish(broken);
            if (owner.LeavePlace is null)
            {
                return handedOn;
            }

            ReleaseAfter(handedOn);
            return default;
        }

        // (2)
        Resumption<TIn, TOut> resumption = owner.Resumptions.Rent() ?? new Resumption<TIn, TOut>(owner.Resumptions);
        resumption.Await(this);
        try
        {
            _running.GetAwaiter().UnsafeOnCompleted(resumption.Resume);
        }
        catch (Exception error)
        {
            if (resumption.TryTake(this))
            {
                Returned(error);
            }
        }

        return default;
    }

    /// <summary>
    /// Hands the fallback on instead of the block's output, without running the block. If places are not counted, completes when the value
    /// has been handed on.
    /// </summary>
    public ValueTask RunInstead()
    {
        bool mine = TryFinish();
        Node.Release(Lease);
        if (!mine)
        {
            Release();
            return default;
        }

        Notes |= SpanNotes.FellBack | SpanNotes.Degraded;
        Node.Ended(this, Turn.Runtime.Now);
        TIn input = _input;
        _input = default!;
        if (owner.LeavesFirst)
        {
            Release();
        }

        ValueTask handedOn = IsOver ? default
            : owner.FallbackValue is { } instead ? owner.HandOn(this, _frame, instead.Value)
            : owner.RunFallback(this, _frame, input);
        if (owner.LeavePlace is null)
        {
            return handedOn;
        }

        ReleaseAfter(handedOn);
        return default;
    }

    /// <summary>Whether the block has returned, or its awaitable threw when it was queried, which is the block's failure.</summary>
    public bool HasReturned(out Exception? broken)
    {
        try
        {
            broken = null;
            return _running.IsCompleted;
        }
        catch (Exception error)
        {
            broken = error;
            return true;
        }
    }

    /// <summary>Called when the block has returned.</summary>
    public void Returned(Exception? broken) => ReleaseAfter(Finish(broken));

    protected override async Task FallBackAsync()
    {
        Turn.Runtime.Watcher.Cancel(_own!);
        try
        {
            await (owner.FallbackValue is { } value ? owner.HandOn(this, _frame, value.Value) : owner.RunFallback(this, _frame, _input));
        }
        finally
        {
            Release();
        }
    }

    /// <summary>(4)</summary>
    protected override void Release()
    {
        if (_holdsPlace != 0 && Interlocked.Exchange(ref _holdsPlace, 0) != 0)
        {
            owner.LeavePlace!();
        }
    }

    void Await(ValueTask<TOut> running) => _running = running;

    void ReleaseAfter(ValueTask handedOn)
    {
        if (handedOn.IsCompletedSuccessfully)
        {
            Release();
        }
        else
        {
            _ = ReleaseAfterAsync(handedOn);
        }
    }

    async Task ReleaseAfterAsync(ValueTask handedOn)
    {
        try
        {
            await handedOn;
        }
        catch (Exception error)
        {
            Fail(error);
        }

        Release();
    }

    /// <summary>(3)</summary>
    ValueTask Finish(Exception? broken)
    {
        bool mine = TryFinish();
        Node.Release(Lease);
        Node.StopActivity(_activity);
        TOut value = default!;
        Exception? failure = broken;
        bool isCanceled = false;
        if (broken is null)
        {
            try
            {
                // When many turns end at once, an exception for each of their blocks would cost more than all else.
                isCanceled = (!mine || IsOver) && _running.IsCanceled;
                value = isCanceled ? default! : _running.GetAwaiter().GetResult();
            }
            catch (Exception error)
            {
                failure = error;
            }
        }

        Node.FoundLost(Lease, failure);
        if (!mine)
        {
            return default;
        }

        long now = Turn.Runtime.Now;
        if (failure is null && !isCanceled)
        {
            Node.Costs?.Ran(_input, this, now);
        }
        else if (Turn.IsOver)
        {
            Node.Costs?.Cut(_input, this);
        }

        TIn input = _input;

        // The report keeps the run, which must not keep its input and its awaitable alive.
        (_input, _running) = (default!, default);
        Node.Ended(this, now);
        if (isCanceled)
        {
            return default;
        }

        bool fallsBack = FallsBackFrom(failure);
        if (failure is not null && !fallsBack)
        {
            Fail(failure);
            return default;
        }

        if (owner.LeavesFirst)
        {
            Release();
        }

        return IsOver ? default
            : !fallsBack ? owner.HandOn(this, _frame, value)
            : owner.FallbackValue is { } instead ? owner.HandOn(this, _frame, instead.Value)
            : owner.RunFallback(this, _frame, input);
    }
}
