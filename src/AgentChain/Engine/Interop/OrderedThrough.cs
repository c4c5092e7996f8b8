using System.Globalization;
using System.Threading.Tasks.Dataflow;
using AgentChain.Budgets;
using AgentChain.Engine.Links;
using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Interop;

/// <summary>
/// A Dataflow block that returns at most one output per input, matched by order: an input enters only after the output of the previous one
/// has arrived, so an output can belong to no other. A turn that ends meanwhile keeps its place, and its output is dropped.
/// <code>
///   free ──(1) a turn enters ──> inside ──(2) output ──> free
///                                  └──(3) turn ended, output overdue ──> overdue ──(2) output ──> free
///   any  ──(4) completed, faulted, an extra output ──> out
/// </code>
/// In (3) and (4), waiting turns fail, and later turns fail immediately, with the reason.
/// </summary>
sealed class OrderedThrough<TIn, TOut> : ThroughNode<TIn, TOut>
{
    const string WayOut = "a Dataflow block does not recover, so rebuild the chain, or give Through a factory.";

    /// <summary>How long the output of an ended turn may take if no budget specifies it.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    static readonly ForeignFailure Disposed = new("belongs to a chain that is disposed.");

    readonly Lock _lock = new();
    readonly Turnstile _turnstile = new();
    readonly IPropagatorBlock<TIn, TOut> _block;
    readonly OutputTarget<TOut> _outputs;
    IDisposable? _link;
    ForeignRun<TOut>? _inside;
    ForeignFailure? _out;

    public OrderedThrough(ChainRuntime runtime, BlockNode node, IPropagatorBlock<TIn, TOut> block, Target<TOut> next)
        : base(runtime, node, next)
    {
        _block = block;
        _outputs = new OutputTarget<TOut>(Take);
        runtime.OnDispose(Dispose);
    }

    protected override async Task RunAsync(Envelope<TIn> envelope)
    {
        // A turn that has to wait is not inside yet; the time belongs to its queue.
        ValueTask<Entry> entering = _turnstile.EnterAsync(envelope.Turn, envelope.Cause);
        bool waits = !entering.IsCompleted;
        Entry entry = await entering;
        if (entry is { IsIn: false, Failure: null })
        {
            return;
        }

        var run = new ForeignRun<TOut>(envelope.Turn, Node, envelope.Cause, waits ? Runtime.Now : envelope.At)
        {
            OnLeftBehind = LeftBehind,
        };
        if (!run.TryBegin())
        {
            if (entry.IsIn)
            {
                _turnstile.Leave();
            }

            return;
        }

        run.Begin();
        if (entry.Failure is { } failure)
        {
            run.Break(failure);
        }
        else
        {
            _ = ServeAsync(run, envelope.Value);
        }

        await HandOnAsync(envelope, run);
    }

    async Task ServeAsync(ForeignRun<TOut> run, TIn input)
    {
        bool isTaken = false;
        ForeignFailure? failure = Link() ?? Enter(run);
        if (failure is null)
        {
            (isTaken, failure) = await OfferAsync(_block, input, run, WayOut);
        }

        if (isTaken && failure is null)
        {
            return;
        }

        lock (_lock)
        {
            if (_inside is null || ReferenceEquals(_inside, run))
            {
                _inside = null;
                _turnstile.Leave();
            }
        }

        if (failure is null)
        {
            run.GiveUp();
        }
        else
        {
            run.Break(failure);
        }
    }

    /// <summary>
    /// Links the block when the first turn arrives, so that a chain that is used only as part of another does not take its outputs.
    /// </summary>
    ForeignFailure? Link()
    {
        lock (_lock)
        {
            if (_link is not null || _out is not null)
            {
                return _out;
            }
        }

        if (!ForeignClaims.TryClaim(_block))
        {
            return ForeignFailure.InUse;
        }

        if (_block is TransformBlock<TIn, TOut> { InputCount: > 0 }
            or TransformBlock<TIn, TOut> { OutputCount: > 0 }
            or BufferBlock<TIn> { Count: > 0 })
        {
            ForeignClaims.Release(_block);
            return ForeignFailure.NotEmpty;
        }

        try
        {
            IDisposable link = _block.LinkTo(_outputs, new DataflowLinkOptions());
            if (SeesCompletion)
            {
                WhenCompleted(_block, completion => TakeOut(ForeignFailure.Completed(completion, WayOut)));
            }

            lock (_lock)
            {
                _link = link;
            }
        }
        catch (Exception error)
        {
            ForeignClaims.Release(_block);
            return ForeignFailure.Threw("LinkTo", error);
        }

        return null;
    }

    ForeignFailure? Enter(ForeignRun<TOut> run)
    {
        lock (_lock)
        {
            if (_out is null)
            {
                _inside = run;
            }

            return _out;
        }
    }

    /// <summary>(2) Takes an output, which belongs to the input inside.</summary>
    void Take(TOut value)
    {
        ForeignRun<TOut>? run;
        lock (_lock)
        {
            run = _inside;
            if (run is not null)
            {
                _inside = null;
                _turnstile.Leave();
            }
        }

        if (run is null)
        {
            TakeOut(ForeignFailure.OneTooMany);
        }
        else
        {
            run.Arrive(value);
        }
    }

    /// <summary>Called when a turn and its grace period have ended while its input is still inside.</summary>
    void LeftBehind(ForeignRun<TOut> run)
    {
        LatencyBudget chain = Runtime.Settings.Budget;
        TimeSpan expected = Node.Settings.Budget.TotalLimit ?? chain.TotalLimit ?? chain.FirstOutputLimit ?? Patience;
        long due = BudgetClock.Later(run.StartedAt, BudgetClock.ToTicks(expected, Runtime.Time.TimestampFrequency));
        var wait = new OverdueWait(this, run);
        if (due <= Runtime.Now)
        {
            wait.OnDue(due);
        }
        else
        {
            Runtime.Watcher.Add(wait, due);
        }
    }

    /// <summary>(4) Takes the block out of service permanently.</summary>
    void TakeOut(ForeignFailure failure)
    {
        ForeignRun<TOut>? run;
        lock (_lock)
        {
            if (_out is not null)
            {
                return;
            }

            _out = failure;
            run = _inside;
            _inside = null;
            _outputs.Close();
            _turnstile.Close(failure, forGood: true);
        }

        run?.Break(failure);
    }

    void Dispose()
    {
        IDisposable? link;
        bool isEmpty;
        lock (_lock)
        {
            link = _link;
            isEmpty = link is not null && _inside is null && _out is null;
        }

        TakeOut(Disposed);
        link?.Dispose();
        if (isEmpty)
        {
            ForeignClaims.Release(_block);
        }
    }

    /// <summary>(3) Waits for the output of an ended turn, for as long as it is expected to take.</summary>
    sealed class OverdueWait(OrderedThrough<TIn, TOut> owner, ForeignRun<TOut> run) : DeadlineEntry
    {
        internal override void OnDue(long now)
        {
            lock (owner._lock)
            {
                if (ReferenceEquals(owner._inside, run))
                {
                    double elapsed = owner.Runtime.Time.GetElapsedTime(run.StartedAt, owner.Runtime.Now).TotalMilliseconds;
                    owner._turnstile.Close(
                        new(string.Create(
                            CultureInfo.InvariantCulture,
                            $"holds a Dataflow block that is out of step: {elapsed:0} ms after it took the input of a turn that has ended, it has not returned the output. A delegate that throws an OperationCanceledException loses its output. Because outputs are matched by order, no other input can enter before it arrives; give Through a factory or keys, or a longer budget.")),
                        forGood: false);
                }
            }
        }
    }
}
