using AgentChain.Engine.Links;
using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Nodes;

/// <summary>The end of a chain whose output is a stream: the barrier that only committed streams pass.</summary>
sealed class StreamOutput<T> : StreamTarget<T>
{
    public override ValueTask<ItemWriter<T>> OpenAsync(TurnCore turn, TraceStep cause, Frame? frame) =>
        new(cause.IsUncommitted ? NullWriter<T>.Instance : new Sink((StreamTurn<T>)turn));

    sealed class Sink(StreamTurn<T> turn) : ItemWriter<T>
    {
        public override bool KeepsCauses => false;

        public override ValueTask WriteAsync(T item, TraceStep cause, long at)
        {
            if (turn.IsOver || (turn.FirstOutputAt == 0 && !turn.IsInTime()))
            {
                return default;
            }

            turn.CountItem(cause, at);
            turn.Keep(item);
            ValueTask written = turn.Items.WriteAsync(item);
            return written.IsCompletedSuccessfully ? default : new ValueTask(WaitAsync(written));
        }

        public override ValueTask CompleteAsync(TraceStep last)
        {
            turn.Complete(last);
            return default;
        }

        /// <summary>The reader receives the items that were output before, and then the error.</summary>
        public override ValueTask FailAsync(BlockNode node, Exception error, TraceStep last)
        {
            last.Fail(node, error);
            return default;
        }

        async Task WaitAsync(ValueTask written)
        {
            turn.WaitsForHost(true);
            await written;
            turn.WaitsForHost(false);
        }
    }
}
