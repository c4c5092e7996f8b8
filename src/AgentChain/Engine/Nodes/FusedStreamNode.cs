using AgentChain.Blocks;
using AgentChain.Engine.Links;
using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Nodes;

/// <summary>A synchronous block that runs in place for each item of a stream.</summary>
sealed class FusedStreamNode<TIn, TOut>(BlockNode node, ISyncBlock<TIn, TOut> block, StreamTarget<TOut> next) : StreamTarget<TIn>
{
    public override async ValueTask<ItemWriter<TIn>> OpenAsync(TurnCore turn, TraceStep cause, Frame? frame) =>
        new Sink(turn, node, block, await next.OpenAsync(turn, cause, frame));

    sealed class Sink(TurnCore turn, BlockNode node, ISyncBlock<TIn, TOut> block, ItemWriter<TOut> next) : ItemWriter<TIn>
    {
        TraceStep? _again;
        bool _hasFailed;

        public override bool KeepsCauses => next.KeepsCauses;

        public override bool IsClosed => _hasFailed || next.IsClosed;

        public override ValueTask WriteAsync(TIn item, TraceStep cause, long at)
        {
            if (_hasFailed)
            {
                return default;
            }

            // The report needs only the first output and the items that others keep; other steps need no time, and share one object.
            bool isSeen = at != 0 || turn.FirstOutputAt == 0;
            long started = at != 0 ? at : isSeen ? turn.Runtime.Now : 0;
            TraceStep step = isSeen
                ? new ItemStep(turn, node, cause, started, started)
                : _again ??= new TraceStep(turn, node, cause, started);
            step.Baggage = cause.Baggage;
            TOut made;
            try
            {
                made = block.Invoke(item, new BlockContext(step));
            }
            catch (Exception error)
            {
                return Failed(step, error);
            }

            if (isSeen)
            {
                step.End(turn.Runtime.Now);
            }

            return step.IsOver ? default : next.WriteAsync(made, step, isSeen ? step.EndedAt : 0);
        }

        public override ValueTask CompleteAsync(TraceStep last) => _hasFailed ? default : next.CompleteAsync(last);

        public override ValueTask FailAsync(BlockNode failed, Exception error, TraceStep last) =>
            _hasFailed ? default : next.FailAsync(failed, error, last);

        ValueTask Failed(TraceStep step, Exception error)
        {
            if (step.IsOver)
            {
                return default;
            }

            if (step.IsUncommitted)
            {
                step.Fail(error);
                return default;
            }

            _hasFailed = true;
            step.End(turn.Runtime.Now);
            return next.FailAsync(node, error, step);
        }
    }
}
