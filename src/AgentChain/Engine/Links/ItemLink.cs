namespace AgentChain.Engine.Links;

delegate StreamTarget<TIn> ItemLink<TIn, TOut>(LinkContext scope, StreamTarget<TOut> next);
