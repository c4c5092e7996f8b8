namespace AgentChain.Engine.Links;

/// <summary>One of the link functions that compose a chain, from its end to its beginning.</summary>
delegate Target<TIn> ValueLink<TIn, TOut>(LinkContext scope, Target<TOut> next);
