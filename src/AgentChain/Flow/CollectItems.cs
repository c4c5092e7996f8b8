namespace AgentChain.Flow;

/// <summary>Gathers a stream into one value.</summary>
sealed class CollectItems<T>(FlowNode node, Receiver<IReadOnlyList<T>> next) : StreamReceiver<T>
{
    public override ValueTask<ItemSink<T>> OpenAsync(TurnState turn, Hop cause, Frame? frame) =>
        new(new Sink(turn, node, next, frame));

    sealed class Sink(TurnState turn, FlowNode node, Receiver<IReadOnlyList<T>> next, Frame? frame) : ItemSink<T>
    {
        readonly List<T> _items = [];

        public override bool KeepsCauses => false;

        public override ValueTask WriteAsync(T item, Hop cause, long at)
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

        /// <summary>No list is made of a part of the stream.</summary>
        public override ValueTask FailAsync(FlowNode failed, Exception error, Hop last)
        {
            last.Fail(failed, error);
            return default;
        }
    }
}
