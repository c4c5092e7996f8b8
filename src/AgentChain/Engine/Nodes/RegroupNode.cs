using AgentChain.Engine.Links;
using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Nodes;

/// <summary>Regroups a stream in place.</summary>
sealed class RegroupNode<TIn, TOut>(BlockNode node, IRegroupBlock<TIn, TOut> block, StreamTarget<TOut> next) : StreamTarget<TIn>
{
    public override async ValueTask<ItemWriter<TIn>> OpenAsync(TurnCore turn, TraceStep cause, Frame? frame)
    {
        ItemWriter<TOut> sink = await next.OpenAsync(turn, cause, frame);
        var step = new TraceStep(turn, node, cause, turn.Runtime.Now);
        try
        {
            IRegrouper<TIn, TOut> regrouper = block.Begin(new BlockContext(step))
                ?? throw node.Broke("returned null from Begin; return a regrouper for the turn.");
            return new Sink(turn, node, regrouper, sink);
        }
        catch (Exception error)
        {
            step.Fail(error);
            return NullWriter<TIn>.Instance;
        }
    }

    sealed class Sink(TurnCore turn, BlockNode node, IRegrouper<TIn, TOut> regrouper, ItemWriter<TOut> next) : ItemWriter<TIn>
    {
        readonly List<TOut> _ready = [];
        bool _hasFailed;

        public override bool KeepsCauses => next.KeepsCauses;

        public override bool IsClosed => _hasFailed || next.IsClosed;

        public override ValueTask WriteAsync(TIn item, TraceStep cause, long at)
        {
            if (cause.IsOver || _hasFailed)
            {
                return default;
            }

            try
            {
                regrouper.Add(item, _ready);
            }
            catch (Exception error)
            {
                return Failed(cause, at, error);
            }

            return _ready.Count == 0 ? default : new ValueTask(HandOnAsync(cause, at));
        }

        public override async ValueTask CompleteAsync(TraceStep last)
        {
            if (last.IsOver || _hasFailed)
            {
                return;
            }

            try
            {
                regrouper.Complete(_ready);
            }
            catch (Exception error)
            {
                await Failed(last, last.EndedAt, error);
                return;
            }

            await next.CompleteAsync(_ready.Count == 0 ? last : await HandOnAsync(last, last.EndedAt));
        }

        public override ValueTask FailAsync(BlockNode failed, Exception error, TraceStep last) =>
            _hasFailed ? default : next.FailAsync(failed, error, last);

        async Task<TraceStep> HandOnAsync(TraceStep cause, long at)
        {
            long now = turn.Runtime.Now;
            var step = new ItemStep(turn, node, cause, at == 0 ? now : at, at == 0 ? now : at);
            step.End(now);
            foreach (TOut item in _ready)
            {
                await next.WriteAsync(item, step, step.EndedAt);
            }

            _ready.Clear();
            return step;
        }

        /// <summary>Outputs the items that were complete before the error, and drops an incomplete one.</summary>
        async ValueTask FailedAsync(TraceStep cause, long at, Exception error)
        {
            TraceStep last = cause;
            if (_ready.Count > 0)
            {
                last = await HandOnAsync(cause, at);
            }

            await next.FailAsync(node, error, last);
        }

        ValueTask Failed(TraceStep cause, long at, Exception error)
        {
            if (cause.IsOver)
            {
                return default;
            }

            if (cause.IsUncommitted)
            {
                cause.Fail(node, error);
                return default;
            }

            _hasFailed = true;
            return FailedAsync(cause, at, error);
        }
    }
}
