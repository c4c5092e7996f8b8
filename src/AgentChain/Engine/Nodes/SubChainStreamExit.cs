using AgentChain.Engine.Links;
using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Nodes;

/// <summary>The exit of a sub-chain that produces a stream.</summary>
sealed class SubChainStreamExit<TOut>(StreamTarget<TOut> next) : StreamTarget<TOut>
{
    public override async ValueTask<ItemWriter<TOut>> OpenAsync(TurnCore turn, TraceStep cause, Frame? frame)
    {
        var scope = (SubChainFrame<TOut>)frame!;
        return new Sink(scope.Run, await next.OpenAsync(turn, scope.Run.Outside(cause), scope.Outer), scope.Run.IsHypothesis(cause));
    }

    sealed class Sink(SubChainRun<TOut> run, ItemWriter<TOut> next, bool isHypothesis) : ItemWriter<TOut>
    {
        public override bool IsClosed => next.IsClosed;

        public override ValueTask WriteAsync(TOut item, TraceStep cause, long at) =>
            isHypothesis ? next.WriteAsync(item, run.Outside(cause, at), at) : run.HandOnAsync(next, item, cause, at);

        public override ValueTask CompleteAsync(TraceStep last) =>
            isHypothesis || run.End() ? next.CompleteAsync(run.Outside(last)) : default;

        public override ValueTask FailAsync(BlockNode node, Exception error, TraceStep last) =>
            isHypothesis || run.End() ? next.FailAsync(node, error, run.Outside(last)) : default;
    }
}
