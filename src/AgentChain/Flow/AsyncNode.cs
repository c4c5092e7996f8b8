using System.Diagnostics;
using System.Runtime.CompilerServices;
using AgentChain.Blocks;
using AgentChain.Devices;
using AgentChain.Turns;

namespace AgentChain.Flow;

/// <summary>A block that makes one value, run under watch.</summary>
sealed class AsyncNode<TIn, TOut>(
    FlowNode node, IBlock<TIn, TOut> block, FallbackValue<TOut>? fallbackValue, Receiver<TIn>? fallback, Receiver<TOut> next)
    : Receiver<TIn>
{
    public override ValueTask AcceptAsync(in Envelope<TIn> envelope)
    {
        TurnState turn = envelope.Turn;
        if (envelope.IsOver)
        {
            return default;
        }

        Hop hop = turn.BeginRun(node, envelope.Cause, envelope.At);
        return node.Settings.Device is { } device
            ? new ValueTask(AcceptOnDeviceAsync(envelope, hop, device))
            : new Run(this, node, envelope, hop).Start();
    }

    async Task AcceptOnDeviceAsync(Envelope<TIn> envelope, Hop hop, DeviceRequest device)
    {
        if (await DeviceWait.AcquireAsync(node, hop, device))
        {
            await new Run(this, node, envelope, hop).Start();
        }
    }

    sealed class Run(AsyncNode<TIn, TOut> owner, FlowNode node, Envelope<TIn> envelope, Hop hop) : ActiveRun(node, hop)
    {
        readonly Envelope<TIn> _envelope = envelope;
        ValueTaskAwaiter<TOut> _awaiter;
        CancellationTokenSource? _own;
        TaskCompletionSource? _slot;

        /// <summary>Runs the block; completes when its place in the queue is free again.</summary>
        public ValueTask Start()
        {
            CancellationToken token = Hop.Token;
            if (Node.Settings.Overrun == OverrunAction.Fallback)
            {
                _own = CancellationTokenSource.CreateLinkedTokenSource(token);
                token = _own.Token;
            }

            Watch();

            Activity? outside = Activity.Current;
            Activity? activity = Node.StartActivity(Turn);
            Await(owner.Invoke(_envelope.Value, new BlockContext(Hop), token));
            if (activity is not null)
            {
                Activity.Current = outside;
            }

            if (_awaiter.IsCompleted)
            {
                activity?.Stop();
                return Finish();
            }

            Interlocked.Exchange(ref _slot, new TaskCompletionSource());
            if (activity is null)
            {
                _awaiter.UnsafeOnCompleted(Returned);
            }
            else
            {
                _awaiter.UnsafeOnCompleted(() =>
                {
                    activity.Stop();
                    Returned();
                });
            }

            if (!IsRunning)
            {
                // Replaced or left behind while it worked synchronously, when there was no place to give back yet.
                Release();
            }

            return new ValueTask(_slot!.Task);
        }

        protected override async Task FallBackAsync()
        {
            Turn.Runtime.Watcher.Cancel(_own!);
            if (owner.NextFallback is { } value)
            {
                await owner.HandOn(_envelope.With(value.Value, Hop));
            }
            else
            {
                await owner.RunFallback(_envelope.With(_envelope.Value, Hop));
            }

            Release();
        }

        protected override void Release() => _slot?.TrySetResult();

        void Await(ValueTask<TOut> running) => _awaiter = running.GetAwaiter();

        void Returned()
        {
            ValueTask handedOn = Finish();
            if (handedOn.IsCompletedSuccessfully)
            {
                Release();
            }
            else
            {
                _ = ReleaseAfter(handedOn);
            }
        }

        async Task ReleaseAfter(ValueTask handedOn)
        {
            await handedOn;
            Release();
        }

        ValueTask Finish()
        {
            bool mine = TryFinish();
            Hop.HeldLease?.Dispose();
            TOut value;
            try
            {
                value = _awaiter.GetResult();
            }
            catch (Exception error)
            {
                if (mine)
                {
                    Node.Ended(Hop, Turn.Runtime.Now);
                    Hop.Fail(error);
                }

                return default;
            }

            if (!mine)
            {
                return default;
            }

            Node.Ended(Hop, Turn.Runtime.Now);
            return Hop.IsOver ? default : owner.HandOn(_envelope.With(value, Hop));
        }
    }

    FallbackValue<TOut>? NextFallback => fallbackValue;

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

    ValueTask HandOn(in Envelope<TOut> envelope) => next.AcceptAsync(envelope);

    ValueTask RunFallback(in Envelope<TIn> envelope) => fallback!.AcceptAsync(envelope);
}
