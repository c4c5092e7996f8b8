using AgentChain.Engine.Links;
using AgentChain.Engine.Turns;

#region node
namespace AgentChain.Engine.Nodes;

/// <summary>Passes on the last item of a stream.</summary>
sealed class LastNode<T>(BlockNode node, Target<T> next) : StreamTarget<T>
{
    public override ValueTask<ItemWriter<T>> OpenAsync(TurnCore turn, TraceStep cause, Frame? frame) =>
        new(new Writer(turn, node, next, frame));

    sealed class Writer(TurnCore turn, BlockNode node, Target<T> next, Frame? frame) : ItemWriter<T>
    {
        T _last = default!;
        bool _hasItem;

        public override ValueTask WriteAsync(T item, TraceStep cause, long at)
        {
            (_last, _hasItem) = (item, true);
            return default;
        }

        public override ValueTask CompleteAsync(TraceStep last)
        {
            if (last.IsOver || !_hasItem)
            {
                // Fail ignores a turn that is over.
                last.Fail(node, node.Broke("received a stream without items; produce at least one."));
                return default;
            }

            var step = new TraceStep(turn, node, last, last.EndedAt);
            step.End(turn.Runtime.Now);
            return next.SendAsync(new Envelope<T>(turn, _last, step, frame, step.EndedAt));
        }

        public override ValueTask FailAsync(BlockNode failed, Exception error, TraceStep last)
        {
            last.Fail(failed, error);
            return default;
        }
    }
}
#endregion
