using AgentChain.Blocks;
using AgentChain.Turns;

namespace AgentChain.Flow;

/// <summary>A regrouping of a stream, in place.</summary>
sealed class RegroupItems<TIn, TOut>(FlowNode node, IRegroupBlock<TIn, TOut> block, StreamReceiver<TOut> next) : StreamReceiver<TIn>
{
    public override async ValueTask<ItemSink<TIn>> OpenAsync(TurnState turn, Hop cause, Frame? frame)
    {
        ItemSink<TOut> sink = await next.OpenAsync(turn, cause, frame);
        var hop = new Hop(turn, node, cause, turn.Runtime.Now);
        try
        {
            IRegrouper<TIn, TOut> regrouper = block.Begin(new BlockContext(hop))
                ?? throw node.Broke("returned null from Begin; return the regrouper of the turn.");
            return new Sink(turn, node, regrouper, sink);
        }
        catch (Exception error)
        {
            hop.Fail(error);
            return Speculative.NowhereSink<TIn>.Instance;
        }
    }

    sealed class Sink(TurnState turn, FlowNode node, IRegrouper<TIn, TOut> regrouper, ItemSink<TOut> next) : ItemSink<TIn>
    {
        readonly List<TOut> _ready = [];
        bool _hasFailed;

        public override bool KeepsCauses => next.KeepsCauses;

        public override bool IsClosed => _hasFailed || next.IsClosed;

        public override ValueTask WriteAsync(TIn item, Hop cause, long at)
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

        public override async ValueTask CompleteAsync(Hop last)
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

        public override ValueTask FailAsync(FlowNode failed, Exception error, Hop last) =>
            _hasFailed ? default : next.FailAsync(failed, error, last);

        async Task<Hop> HandOnAsync(Hop cause, long at)
        {
            long now = turn.Runtime.Now;
            var hop = new ItemHop(turn, node, cause, at == 0 ? now : at, at == 0 ? now : at);
            hop.End(now);
            foreach (TOut item in _ready)
            {
                await next.WriteAsync(item, hop, hop.EndedAt);
            }

            _ready.Clear();
            return hop;
        }

        /// <summary>What was complete before goes on before the error; what was begun is dropped.</summary>
        async ValueTask FailedAsync(Hop cause, long at, Exception error)
        {
            Hop last = cause;
            if (_ready.Count > 0)
            {
                last = await HandOnAsync(cause, at);
            }

            await next.FailAsync(node, error, last);
        }

        ValueTask Failed(Hop cause, long at, Exception error)
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
