using AgentChain.Engine.Links;
using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Nodes;

/// <summary>Collects a stream into one list.</summary>
sealed class CollectNode<T>(BlockNode node, Target<IReadOnlyList<T>> next) : StreamTarget<T>
{
    public override ValueTask<ItemWriter<T>> OpenAsync(TurnCore turn, TraceStep cause, Frame? frame) =>
        new(new Sink(turn, node, next, frame));

    sealed class Sink(TurnCore turn, BlockNode node, Target<IReadOnlyList<T>> next, Frame? frame) : ItemWriter<T>
    {
        readonly List<T> _items = [];

        public override bool KeepsCauses => false;

        public override ValueTask WriteAsync(T item, TraceStep cause, long at)
        {
            _items.Add(item);
            return default;
        }

        public override ValueTask CompleteAsync(TraceStep last)
        {
            if (last.IsOver)
            {
                return default;
            }

            var step = new TraceStep(turn, node, last, last.EndedAt);
            step.End(turn.Runtime.Now);
            return next.SendAsync(new Envelope<IReadOnlyList<T>>(turn, _items, step, frame, step.EndedAt));
        }

        /// <summary>Does not produce a list from an incomplete stream.</summary>
        public override ValueTask FailAsync(BlockNode failed, Exception error, TraceStep last)
        {
            last.Fail(failed, error);
            return default;
        }
    }
}
