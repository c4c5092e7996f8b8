using System.Diagnostics;
using AgentChain.Blocks;
using AgentChain.Turns;

namespace AgentChain.Flow;

/// <summary>A block that publishes hypotheses; the blocks behind wait for its final value.</summary>
sealed class ReviseNode<TIn, TOut>(
    FlowNode node, IRevisingBlock<TIn, TOut> block, Action<Hypothesis<TOut>, BlockContext>? observer, Receiver<TOut> next)
    : Receiver<TIn>
{
    public override ValueTask AcceptAsync(in Envelope<TIn> envelope) =>
        envelope.IsOver ? default : new ValueTask(RunAsync(envelope));

    async Task RunAsync(Envelope<TIn> envelope)
    {
        Hop hop = envelope.Turn.BeginRun(node, envelope.Cause, envelope.At);
        if (node.Settings.Device is { } device && !await DeviceWait.AcquireAsync(node, hop, device))
        {
            return;
        }

        Hypothesis<TOut>? final = await new Run(node, hop, block, envelope.Value, observer).RunAsync();
        if (final is { } value && !hop.IsOver)
        {
            await next.AcceptAsync(envelope.With(value.Value, hop));
        }
    }

    sealed class Run(
        FlowNode node, Hop hop, IRevisingBlock<TIn, TOut> block, TIn input, Action<Hypothesis<TOut>, BlockContext>? observer)
        : ActiveRun(node, hop)
    {
        readonly TaskCompletionSource<Hypothesis<TOut>?> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<Hypothesis<TOut>?> RunAsync()
        {
            Watch();
            _ = ReviseAsync();
            return _done.Task;
        }

        protected override Task FallBackAsync() => Task.CompletedTask;

        protected override void Release() => _done.TrySetResult(null);

        async Task ReviseAsync()
        {
            Hypothesis<TOut>? final = null;
            Exception? failure = null;
            using Activity? activity = Node.StartActivity(Turn);
            try
            {
                var context = new BlockContext(Hop);
                await foreach (Hypothesis<TOut> value in block.InvokeAsync(input, context, Hop.Token))
                {
                    if (!IsRunning || Hop.IsOver)
                    {
                        break;
                    }

                    Check(value, final);
                    CountOutput(Turn.Runtime.Now);
                    observer?.Invoke(value, context);
                    final = value.IsFinal ? value : final;
                }

                if (final is null && !Hop.IsOver)
                {
                    throw new BlockFailedException(Node.Name, "ended its series without a final value; publish one with Hypothesis.Final.");
                }
            }
            catch (Exception error)
            {
                failure = error;
            }

            if (final is not null && Node.Settings.LiveInput && Turn.InputEndedAt == 0)
            {
                Hop.InputEnded(LastOutputAt, LastOutputAt);
            }

            bool mine = TryFinish();
            Hop.HeldLease?.Dispose();
            if (!mine)
            {
                return;
            }

            Node.Ended(Hop, Turn.Runtime.Now);
            if (failure is not null)
            {
                Hop.Fail(failure);
            }

            _done.TrySetResult(failure is null ? final : null);
        }

        void Check(Hypothesis<TOut> value, Hypothesis<TOut>? final)
        {
            if (final is not null)
            {
                throw new BlockFailedException(Node.Name, "published a value after its final one; the final value ends the series.");
            }

            if (!(value.Probability is >= 0 and <= 1))
            {
                throw new BlockFailedException(Node.Name, $"published a hypothesis with probability {value.Probability}; it must be from 0 to 1.");
            }
        }
    }
}
