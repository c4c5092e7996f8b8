using System.Diagnostics;
using System.Threading.Tasks.Sources;
using AgentChain.Blocks;
using AgentChain.Engine.Links;
using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Runs;

/// <summary>
/// A run of a stream block on one input. Items are handed on as they arrive; the first one commits the stream, so that a fallback can no
/// longer replace it.
/// </summary>
/// <remarks>
/// A block that runs for each item of a long stream, and whose runs are not watched, reuses one object for all items but the first (see
/// <see cref="TryAgain"/>).
/// </remarks>
sealed class StreamRun<TIn, TOut>(
    TurnCore turn, BlockNode node, TraceStep? cause, long madeAt,
    long startedAt, IStreamBlock<TIn, TOut> block, FallbackValue<TOut>? fallback)
    : ItemPump<TOut>(turn, node, cause, startedAt), IValueTaskSource<StreamEnd>
{
    const int Undecided = 0;
    const int Streaming = 1;
    const int FellBack = 2;

    ManualResetValueTaskSourceCore<StreamEnd> _end;
    CancellationTokenSource? _own;
    ItemWriter<TOut> _sink = null!;
    TraceStep _made = null!;
    Activity? _activity;
    TIn _input = default!;
    long _madeAt = madeAt;
    int _commitment;
    int _hasEnded;
    bool _isTimed;
    bool _learnsFirst = node.LearnsFirst;

    /// <summary>Whether the block's costs are learned or its output is played; the path of an item checks nothing else of it.</summary>
    readonly bool _isMeasured = node.LearnsFirst;

    public override long QueuedAt => _madeAt;

    public override Activity? Activity => _activity;

    /// <summary>Whether the object can be reused for later runs.</summary>
    public bool IsReusable { get; init; }

    protected override bool ChangesLater => IsReusable;

    /// <summary>
    /// Runs the block and returns how the stream ended. An exception of the block must not fail the turn before the items produced so far
    /// were handed on, so it is left to the writer.
    /// </summary>
    public ValueTask<StreamEnd> RunAsync(TIn input, ItemWriter<TOut> sink)
    {
        (_input, _sink) = (input, sink);
        if (fallback is not null)
        {
            _own = CancellationTokenSource.CreateLinkedTokenSource(Token);
        }

        _isTimed = sink.KeepsCauses || Node.Settings.Budget.StallLimit is not null;
        _made = sink.KeepsCauses ? Made() : this;
        Watch();
        Pump(this, static run => run.Open());
        return new ValueTask<StreamEnd>(this, _end.Version);
    }

    /// <summary>Hands the fallback on instead of the block's output, without running the block, and returns how the stream ended.</summary>
    public async ValueTask<StreamEnd> RunInsteadAsync(ItemWriter<TOut> sink)
    {
        bool mine = TryFinish();
        Node.Release(Lease);
        if (!mine)
        {
            return default;
        }

        Notes |= SpanNotes.FellBack | SpanNotes.Degraded;
        Node.Ended(this, Turn.Runtime.Now);
        await sink.WriteAsync(fallback!.Value.Value, this, EndedAt);
        return IsOver ? default : new StreamEnd(this, null);
    }

    /// <summary>Restarts the run for another input; false if the turn ended first, and the block must not begin.</summary>
    /// <param name="cause">The step that produced the input.</param>
    /// <param name="madeAt">The time at which the input was produced.</param>
    /// <param name="startedAt">The time at which the block took it.</param>
    public bool TryAgain(TraceStep? cause, long madeAt, long startedAt)
    {
        _end.Reset();
        (_madeAt, _commitment, _learnsFirst) = (madeAt, Undecided, _isMeasured);
        ForgetOutputs();
        Volatile.Write(ref _hasEnded, 0);
        return TryBeginAgain(cause, startedAt);
    }

    public override TraceStep Made() => IsReusable
        ? new ItemStep(Turn, Node, Parent, _madeAt, StartedAt) { Scope = Scope, Baggage = Baggage }
        : base.Made();

    protected override bool ClaimFallback() => fallback is not null && Claim(FellBack);

    protected override async Task FallBackAsync()
    {
        Turn.Runtime.Watcher.Cancel(_own!);
        await _sink.WriteAsync(fallback!.Value.Value, this, EndedAt);
        End(new StreamEnd(this, null), elsewhere: true);
    }

    /// <summary>The block gave up by itself: its fallback is the last item.</summary>
    async Task AddFallbackAsync()
    {
        await _sink.WriteAsync(fallback!.Value.Value, this, EndedAt);
        End(IsOver ? default : new StreamEnd(this, null), elsewhere: true);
    }

    protected override void Release() => End(default, elsewhere: true);

    protected override bool MayHandOn() => IsRunning && !IsOver && MayStream() && !_sink.IsClosed;

    protected override ValueTask HandOn(TOut item)
    {
        if (_isMeasured)
        {
            Measure(item);
        }

        long at = _isTimed || (Node.HasBudget && LastOutputAt == 0) ? CountOutput() : 0;
        if (_sink.KeepsCauses && !ReferenceEquals(_made.Baggage, Baggage))
        {
            // Earlier items do not carry the values that the block has added since.
            _made = Made();
        }

        return _sink.WriteAsync(item, _made, at);
    }

    protected override void Stopped(Exception? failure)
    {
        bool mine = TryFinish();
        Node.Release(Lease);
        Node.FoundLost(Lease, failure);
        Node.StopActivity(_activity);
        if (mine && _isMeasured)
        {
            MeasureEnd(failure);
        }

        (_activity, _input) = (null, default!);
        if (!mine)
        {
            return;
        }

        _own?.Dispose();
        Node.Ended(this, Turn.Runtime.Now);
        if (FallsBackFrom(failure) && !_sink.IsClosed)
        {
            Turn.Runtime.Queue(this, static run => run.AddFallbackAsync());
            return;
        }

        End(IsOver ? default : new StreamEnd(this, failure), elsewhere: false);
    }

    void Measure(TOut item)
    {
        if (_learnsFirst)
        {
            _learnsFirst = false;
            Node.Costs?.FirstOutput(_input, this, Turn.Runtime.Now);
            Node.Playback?.Took(this, Turn.Runtime.Now);
        }

        if (Node.Playback is { } playback && !IsUncommitted)
        {
            playback.Played(Turn, item);
        }
    }

    void MeasureEnd(Exception? failure)
    {
        if (failure is null)
        {
            Node.Costs?.Streamed(_input, this, Turn.Runtime.Now);
        }
        else if (_learnsFirst && Turn.IsOver)
        {
            Node.Costs?.CutBeforeOutput(_input, this);
        }
    }

    StreamEnd IValueTaskSource<StreamEnd>.GetResult(short token) => _end.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<StreamEnd>.GetStatus(short token) => _end.GetStatus(token);

    void IValueTaskSource<StreamEnd>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _end.OnCompleted(continuation, state, token, flags);

    IAsyncEnumerator<TOut> Open()
    {
        _activity = Node.StartActivity(Turn);
        CancellationToken token = _own?.Token ?? Token;
        return new StreamOpening<TOut>(Node, block.InvokeAsync(_input, new BlockContext(this), token)).GetAsyncEnumerator(token);
    }

    void End(in StreamEnd end, bool elsewhere)
    {
        if (Interlocked.Exchange(ref _hasEnded, 1) == 0)
        {
            // The waiter continues inline, which is the fast path, except after a detach or a fallback: it must not delay the deadline
            // thread.
            _end.RunContinuationsAsynchronously = elsewhere && Turn.Runtime.ContinuesElsewhere;
            _end.SetResult(end);
        }
    }

    bool MayStream() => fallback is null || _commitment == Streaming || Claim(Streaming);

    bool Claim(int commitment) => Interlocked.CompareExchange(ref _commitment, commitment, Undecided) == Undecided;
}
