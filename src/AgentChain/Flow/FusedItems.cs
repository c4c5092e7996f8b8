using AgentChain.Blocks;
using AgentChain.Turns;

namespace AgentChain.Flow;

/// <summary>A synchronous block that runs in place for each item of a stream.</summary>
sealed class FusedItems<TIn, TOut>(FlowNode node, ISyncBlock<TIn, TOut> block, StreamReceiver<TOut> next) : StreamReceiver<TIn>
{
    public override async ValueTask<ItemSink<TIn>> OpenAsync(TurnState turn, Hop cause, Frame? frame) =>
        new Sink(turn, node, block, await next.OpenAsync(turn, cause, frame));

    sealed class Sink(TurnState turn, FlowNode node, ISyncBlock<TIn, TOut> block, ItemSink<TOut> next) : ItemSink<TIn>
    {
        public override ValueTask WriteAsync(TIn item, Hop cause)
        {
            var hop = new Hop(turn, node, cause, cause.EndedAt);
            try
            {
                TOut made = block.Invoke(item, new BlockContext(hop));
                hop.End(turn.Runtime.Now);
                return hop.IsOver ? default : next.WriteAsync(made, hop);
            }
            catch (Exception error)
            {
                hop.Fail(error);
                return default;
            }
        }

        public override ValueTask CompleteAsync(Hop last) => next.CompleteAsync(last);
    }
}

/// <summary>A regrouping of a stream, in place.</summary>
sealed class RegroupItems<TIn, TOut>(FlowNode node, IRegroupBlock<TIn, TOut> block, StreamReceiver<TOut> next) : StreamReceiver<TIn>
{
    public override async ValueTask<ItemSink<TIn>> OpenAsync(TurnState turn, Hop cause, Frame? frame)
    {
        ItemSink<TOut> sink = await next.OpenAsync(turn, cause, frame);
        IRegrouper<TIn, TOut>? regrouper = null;
        var hop = new Hop(turn, node, cause, turn.Runtime.Now);
        try
        {
            regrouper = block.Begin(new BlockContext(hop));
        }
        catch (Exception error)
        {
            hop.Fail(error);
        }

        return new Sink(turn, node, regrouper, sink);
    }

    sealed class Sink(TurnState turn, FlowNode node, IRegrouper<TIn, TOut>? regrouper, ItemSink<TOut> next) : ItemSink<TIn>
    {
        readonly List<TOut> _ready = [];

        public override ValueTask WriteAsync(TIn item, Hop cause)
        {
            if (cause.IsOver || regrouper is null || !Try(cause, () => regrouper.Add(item, _ready)))
            {
                return default;
            }

            return _ready.Count == 0 ? default : new ValueTask(HandOnAsync(cause));
        }

        public override async ValueTask CompleteAsync(Hop last)
        {
            if (last.IsOver || regrouper is null || !Try(last, () => regrouper.Complete(_ready)))
            {
                return;
            }

            await next.CompleteAsync(_ready.Count == 0 ? last : await HandOnAsync(last));
        }

        async Task<Hop> HandOnAsync(Hop cause)
        {
            var hop = new Hop(turn, node, cause, cause.EndedAt);
            hop.End(turn.Runtime.Now);
            foreach (TOut item in _ready)
            {
                await next.WriteAsync(item, hop);
            }

            _ready.Clear();
            return hop;
        }

        bool Try(Hop cause, Action act)
        {
            try
            {
                act();
                return true;
            }
            catch (Exception error)
            {
                cause.Fail(node, error);
                return false;
            }
        }
    }
}

/// <summary>Gathers a stream into one value.</summary>
sealed class CollectItems<T>(FlowNode node, Receiver<IReadOnlyList<T>> next) : StreamReceiver<T>
{
    public override ValueTask<ItemSink<T>> OpenAsync(TurnState turn, Hop cause, Frame? frame) =>
        new(new Sink(turn, node, next, frame));

    sealed class Sink(TurnState turn, FlowNode node, Receiver<IReadOnlyList<T>> next, Frame? frame) : ItemSink<T>
    {
        readonly List<T> _items = [];

        public override ValueTask WriteAsync(T item, Hop cause)
        {
            _items.Add(item);
            return default;
        }

        public override ValueTask CompleteAsync(Hop last)
        {
            if (last.IsOver)
            {
                return default;
            }

            var hop = new Hop(turn, node, last, last.EndedAt);
            hop.End(turn.Runtime.Now);
            return next.AcceptAsync(new Envelope<IReadOnlyList<T>>(turn, _items, hop, frame, hop.EndedAt));
        }
    }
}
