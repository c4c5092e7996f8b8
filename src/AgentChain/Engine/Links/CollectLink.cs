namespace AgentChain.Engine.Links;

delegate StreamTarget<TIn> CollectLink<TIn, TOut>(LinkContext scope, Target<TOut> next);
