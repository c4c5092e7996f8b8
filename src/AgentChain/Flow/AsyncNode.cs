using System.Diagnostics;
using System.Runtime.CompilerServices;
using AgentChain.Blocks;
using AgentChain.Devices;
using AgentChain.Diagnostics;
using AgentChain.Turns;

namespace AgentChain.Flow;

/// <summary>A block that makes one value, run under watch.</summary>
sealed class AsyncNode<TIn, TOut>(
    FlowNode node, IBlock<TIn, TOut> block, FallbackValue<TOut>? fallbackValue, Receiver<TIn>? fallback, Receiver<TOut> next)
    : Receiver<TIn>, IKeepsPlace
{
    readonly Pool<Resumption> _resumptions = new();

    public Action? LeavePlace { get; set; }

    public override ValueTask AcceptAsync(in Envelope<TIn> envelope)
    {
        if (envelope.IsOver)
        {
            LeavePlace?.Invoke();
            return default;
        }

        var run = new Run(this, envelope, node);
        if (!run.TryBegin())
        {
            LeavePlace?.Invoke();
            return default;
        }

        return node.Settings.Device is { } device ? new ValueTask(StartOnDeviceAsync(run, device)) : run.Start();
    }

    async Task StartOnDeviceAsync(Run run, DeviceRequest device)
    {
        if (await DeviceWait.AcquireAsync(run, device))
        {
            await run.Start();
        }
        else
        {
            LeavePlace?.Invoke();
        }
    }

    ValueTask<TOut> Invoke(TIn value, BlockContext context, CancellationToken token)
    {
        try
        {
            return block.InvokeAsync(value, context, token);
        }
        catch (Exception error)
        {
            return ValueTask.FromException<TOut>(error);
        }
    }

    ValueTask HandOn(Run run, Frame? frame, TOut value) =>
        next.AcceptAsync(new Envelope<TOut>(run.Turn, value, run, frame, run.EndedAt));

    sealed class Run(AsyncNode<TIn, TOut> owner, in Envelope<TIn> envelope, FlowNode node)
        : ActiveRun(envelope.Turn, node, envelope.Cause, envelope.At)
    {
        readonly Frame? _frame = envelope.Frame;
        TIn _input = envelope.Value;
        ValueTaskAwaiter<TOut> _awaiter;
        CancellationTokenSource? _own;
        Activity? _activity;
        AsyncTaskMethodBuilder _place;
        int _holdsPlace;

        /// <summary>Runs the block; completes when its place in the queue is free again.</summary>
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

            if (_awaiter.IsCompleted)
            {
                return LeaveAfter(Finish());
            }

            ValueTask place = default;
            if (Node.Settings.HoldsPlace)
            {
                _place = AsyncTaskMethodBuilder.Create();
                place = new ValueTask(_place.Task);
                Volatile.Write(ref _holdsPlace, 1);
            }

            Resumption resumption = owner._resumptions.Rent() ?? new Resumption(owner._resumptions);
            resumption.Run = this;
            _awaiter.UnsafeOnCompleted(resumption.Resume);
            if (IsGivenUp)
            {
                // Replaced or left behind while it worked synchronously, when there was no place to give back yet.
                Release();
            }

            return place;
        }

        /// <summary>The block has returned.</summary>
        public void Returned()
        {
            ValueTask handedOn = Finish();
            if (handedOn.IsCompletedSuccessfully)
            {
                Release();
            }
            else
            {
                _ = ReleaseAfterAsync(handedOn);
            }
        }

        protected override async Task FallBackAsync()
        {
            Turn.Runtime.Watcher.Cancel(_own!);
            await (owner.NextFallback is { } value ? owner.HandOn(this, _frame, value.Value) : owner.RunFallback(this, _frame, _input));
            Release();
        }

        protected override void Release()
        {
            if (Interlocked.Exchange(ref _holdsPlace, 0) != 0)
            {
                // The worker is free before it is passed on; the other way round the Dataflow block would look for one twice.
                _place.SetResult();
                owner.LeavePlace?.Invoke();
            }
        }

        ValueTask LeaveAfter(ValueTask handedOn)
        {
            if (handedOn.IsCompletedSuccessfully)
            {
                owner.LeavePlace?.Invoke();
                return default;
            }

            return owner.LeavePlace is null ? handedOn : new ValueTask(LeaveAfterAsync(handedOn));
        }

        async Task LeaveAfterAsync(ValueTask handedOn)
        {
            await handedOn;
            owner.LeavePlace!();
        }

        void Await(ValueTask<TOut> running) => _awaiter = running.GetAwaiter();

        async Task ReleaseAfterAsync(ValueTask handedOn)
        {
            await handedOn;
            Release();
        }

        ValueTask Finish()
        {
            bool mine = TryFinish();
            Node.Release(Lease);
            Node.StopActivity(_activity);
            TOut value;
            try
            {
                value = _awaiter.GetResult();
            }
            catch (Exception error)
            {
                if (mine)
                {
                    Node.Ended(this, Turn.Runtime.Now);
                    Fail(error);
                }

                return default;
            }

            if (!mine)
            {
                return default;
            }

            // The run lives on in the report; what it was given and what it awaited does not.
            (_input, _awaiter) = (default!, default);
            Node.Ended(this, Turn.Runtime.Now);
            return IsOver ? default : owner.HandOn(this, _frame, value);
        }
    }

    /// <summary>The continuation of a run, kept for the next one.</summary>
    sealed class Resumption
    {
        readonly Pool<Resumption> _pool;

        public Resumption(Pool<Resumption> pool) => (_pool, Resume) = (pool, ResumeRun);

        public Action Resume { get; }

        public Run? Run { get; set; }

        void ResumeRun()
        {
            Run run = Run!;
            Run = null;
            _pool.Return(this);
            run.Returned();
        }
    }

    FallbackValue<TOut>? NextFallback => fallbackValue;

    ValueTask RunFallback(Run run, Frame? frame, TIn input) =>
        fallback!.AcceptAsync(new Envelope<TIn>(run.Turn, input, run, frame, run.EndedAt));
}
