using AgentChain.Blocks;

namespace AgentChain.Flow;

/// <summary>A synchronous block that runs in place for each item of a stream.</summary>
sealed class FusedItems<TIn, TOut>(FlowNode node, ISyncBlock<TIn, TOut> block, StreamReceiver<TOut> next) : StreamReceiver<TIn>
{
    public override async ValueTask<ItemSink<TIn>> OpenAsync(TurnState turn, Hop cause, Frame? frame) =>
        new Sink(turn, node, block, await next.OpenAsync(turn, cause, frame));

    sealed class Sink(TurnState turn, FlowNode node, ISyncBlock<TIn, TOut> block, ItemSink<TOut> next) : ItemSink<TIn>
    {
        Hop? _again;
        bool _hasFailed;

        public override bool KeepsCauses => next.KeepsCauses;

        public override bool IsClosed => _hasFailed || next.IsClosed;

        public override ValueTask WriteAsync(TIn item, Hop cause, long at)
        {
            if (_hasFailed)
            {
                return default;
            }

            // The report looks at the first output, and at what others keep; the steps in between need no time, and no object of their own.
            bool isSeen = at != 0 || turn.FirstOutputAt == 0;
            long started = at != 0 ? at : isSeen ? turn.Runtime.Now : 0;
            Hop hop = isSeen ? new ItemHop(turn, node, cause, started, started) : _again ??= new Hop(turn, node, cause, started);
            hop.Baggage = cause.Baggage;
            TOut made;
            try
            {
                made = block.Invoke(item, new BlockContext(hop));
            }
            catch (Exception error)
            {
                return Failed(hop, error);
            }

            if (isSeen)
            {
                hop.End(turn.Runtime.Now);
            }

            return hop.IsOver ? default : next.WriteAsync(made, hop, isSeen ? hop.EndedAt : 0);
        }

        public override ValueTask CompleteAsync(Hop last) => _hasFailed ? default : next.CompleteAsync(last);

        public override ValueTask FailAsync(FlowNode failed, Exception error, Hop last) =>
            _hasFailed ? default : next.FailAsync(failed, error, last);

        ValueTask Failed(Hop hop, Exception error)
        {
            if (hop.IsOver)
            {
                return default;
            }

            if (hop.IsUncommitted)
            {
                hop.Fail(error);
                return default;
            }

            _hasFailed = true;
            hop.End(turn.Runtime.Now);
            return next.FailAsync(node, error, hop);
        }
    }
}
