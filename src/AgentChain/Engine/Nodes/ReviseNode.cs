using System.Diagnostics;
using AgentChain.Engine.Links;
using AgentChain.Engine.Primitives;
using AgentChain.Engine.Runs;
using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Nodes;

/// <summary>Runs a block that publishes hypotheses, to the gate around it if the chain speculates, and then its final value.</summary>
sealed class ReviseNode<TIn, TOut>(
    BlockNode node, IRevisingBlock<TIn, TOut> block, Action<Hypothesis<TOut>, BlockContext>? observer, Target<TOut> next,
    IHypothesisTarget<TOut>? hypotheses = null)
    : Target<TIn>
{
    public override ValueTask SendAsync(in Envelope<TIn> envelope) =>
        envelope.IsOver ? default : new ValueTask(RunAsync(envelope));

    async Task RunAsync(Envelope<TIn> envelope)
    {
        var run = new Run(envelope.Turn, node, envelope.Cause, envelope.At, block, envelope.Value, observer, hypotheses);
        if (!await DeviceWait.BeginAsync(run, envelope.Value))
        {
            return;
        }

        Hypothesis<TOut>? final = await run.RunAsync();
        if (final is { } value && !run.IsOver)
        {
            await next.SendAsync(envelope.With(value.Value, run));
        }
    }

    sealed class Run(
        TurnCore turn,
        BlockNode node,
        TraceStep? cause,
        long startedAt,
        IRevisingBlock<TIn, TOut> block,
        TIn input,
        Action<Hypothesis<TOut>, BlockContext>? observer,
        IHypothesisTarget<TOut>? hypotheses) : StreamingRun(turn, node, cause, startedAt)
    {
        readonly TaskCompletionSource<Hypothesis<TOut>?> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        (long Last, long Known) _input;

        public override (long Last, long Known) Input => _input;

        public override void InputEnded(long last, long known)
        {
            if (!Node.Settings.LiveInput)
            {
                base.InputEnded(last, known);
            }

            if (!TryEndInput(last, known))
            {
                throw new InvalidOperationException($"Block '{Node.Name}' reported the end of its input a second time.");
            }
        }

        bool TryEndInput(long last, long known)
        {
            if (Turn.IsOver && Turn.InputEndedAt == 0)
            {
                // Too late: the turn has ended, and its report no longer changes.
                return true;
            }

            known = Math.Clamp(known, RunningAt, Math.Max(RunningAt, Turn.Runtime.Now));
            if (!Turn.EndInput(known))
            {
                return false;
            }

            _input = (Math.Clamp(last, RunningAt, known), known);
            return true;
        }

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
            Activity? activity = Node.StartActivity(Turn);
            try
            {
                var context = new BlockContext(this);
                await foreach (Hypothesis<TOut> value in new StreamOpening<Hypothesis<TOut>>(Node, block.InvokeAsync(input, context, Token)).Guarded())
                {
                    if (!IsRunning || IsOver)
                    {
                        break;
                    }

                    Check(value, final);
                    CountOutput();
                    observer?.Invoke(value, context);
                    if (value.IsFinal)
                    {
                        final = value;
                    }
                    else
                    {
                        hypotheses?.Publish(this, value);
                    }
                }

                if (final is null && !IsOver)
                {
                    throw Node.Broke("ended without a final value; publish one with Hypothesis.Final.");
                }
            }
            catch (Exception error)
            {
                failure = error;
            }

            if (final is not null && Node.Settings.LiveInput)
            {
                TryEndInput(LastOutputAt, LastOutputAt);
            }

            bool mine = TryFinish();
            Node.StopActivity(activity);
            Node.Release(Lease);
            if (!mine)
            {
                return;
            }

            long now = Turn.Runtime.Now;
            if (failure is null)
            {
                // A value that was ready before its live input ended took no time, which is worth learning too.
                Node.Costs?.Ran(input, this, Math.Max(now, Math.Max(RunningAt, Input.Known) + 1));
            }
            else if (Turn.IsOver)
            {
                Node.Costs?.Cut(input, this);
            }

            Node.Ended(this, now);
            if (failure is not null)
            {
                Fail(failure);
            }

            _done.TrySetResult(failure is null ? final : null);
        }

        void Check(Hypothesis<TOut> value, Hypothesis<TOut>? final)
        {
            if (final is not null)
            {
                throw Node.Broke("published a value after its final value, which must be the last.");
            }

            if (!(value.Probability is >= 0 and <= 1))
            {
                throw Node.Broke($"published a hypothesis with probability {value.Probability}; it must be from 0 to 1.");
            }
        }
    }
}
