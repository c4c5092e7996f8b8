namespace AgentChain.Engine.Links;

delegate Target<TIn> StreamLink<TIn, TOut>(LinkContext scope, StreamTarget<TOut> next);
