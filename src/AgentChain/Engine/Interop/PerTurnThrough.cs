using System.Globalization;
using System.Threading.Tasks.Dataflow;
using AgentChain.Budgets;
using AgentChain.Engine.Links;
using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Interop;

/// <summary>
/// Creates a Dataflow block for each turn from a factory. The block receives the turn's input and is completed, so all of its outputs
/// belong to that turn, and its end shows whether it lost its output or returned too many.
/// </summary>
sealed class PerTurnThrough<TIn, TOut>(ChainRuntime runtime, BlockNode node, Func<IPropagatorBlock<TIn, TOut>> factory, Target<TOut> next)
    : UnorderedThrough<TIn, TOut>(runtime, node, next)
{
    const string WayOut = "its factory must return a block that is open.";

    static readonly ForeignFailure Lost = new(
        "holds a Dataflow block that lost an output: it completed without one. A delegate that throws an OperationCanceledException or "
        + "returns a null task causes this; throw another exception.");

    protected override async Task ServeAsync(ForeignRun<TOut> run, TIn input)
    {
        string step = "factory";
        try
        {
            IPropagatorBlock<TIn, TOut>? block = factory();
            if (block is null)
            {
                run.Break(new("has a factory that returned null instead of a Dataflow block."));
                return;
            }

            if (!ForeignClaims.TryClaim(block))
            {
                run.Break(ForeignFailure.NotNew);
                return;
            }

            var outputs = new Outputs(run, SeesCompletion);
            step = "LinkTo";
            block.LinkTo(new OutputTarget<TOut>(outputs.Take), new DataflowLinkOptions());
            if (SeesCompletion)
            {
                step = "Completion";
                WhenCompleted(block, outputs.Ended);
            }

            (bool isTaken, ForeignFailure? failure) = await OfferAsync(block, input, run, WayOut);
            if (failure is not null)
            {
                run.Break(failure);
            }
            else if (!isTaken)
            {
                run.GiveUp();
            }

            step = "Complete";
            block.Complete();
        }
        catch (Exception error)
        {
            run.Break(ForeignFailure.Threw(step, error));
        }
    }

    static ForeignFailure Several(int count) =>
        new(string.Create(CultureInfo.InvariantCulture, $"holds a Dataflow block that returned {count} outputs for one input; it must return exactly one."));

    /// <summary>The outputs of one turn's block. The turn continues with its output when that is known to be the only one.</summary>
    sealed class Outputs(ForeignRun<TOut> run, bool seesCompletion) : DeadlineEntry
    {
        readonly Lock _lock = new();
        TOut _first = default!;
        int _count;

        public void Take(TOut value)
        {
            lock (_lock)
            {
                if (_count++ > 0)
                {
                    return;
                }

                _first = value;
            }

            if (seesCompletion)
            {
                // A block that was completed and has returned its output has nothing left to do, but it might still not complete.
                ChainRuntime runtime = run.Turn.Runtime;
                runtime.Watcher.Add(this, runtime.AfterGrace(runtime.Now));
            }
            else
            {
                run.Arrive(value);
            }
        }

        public void Ended(Task completion)
        {
            run.Turn.Runtime.Watcher.Remove(this);
            if (completion.IsCompletedSuccessfully)
            {
                Answer();
            }
            else
            {
                run.Break(ForeignFailure.Completed(completion, "each turn has its own block, so the next turn is not affected."));
            }
        }

        /// <summary>The block completes late. Its output is used anyway; the thread pool that completes blocks might be busy.</summary>
        internal override void OnDue(long now)
        {
            if (run.IsRunning)
            {
                ChainRuntime runtime = run.Turn.Runtime;
                runtime.Log.ForeignBlockNotCompleted(runtime.Name, run.Node.Name, runtime.Settings.Grace.TotalMilliseconds);
                Answer();
            }
        }

        void Answer()
        {
            TOut first;
            int count;
            lock (_lock)
            {
                (first, count) = (_first, _count);
            }

            if (count == 1)
            {
                run.Arrive(first);
            }
            else
            {
                run.Break(count == 0 ? Lost : Several(count));
            }
        }
    }
}
