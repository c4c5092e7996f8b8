namespace AgentChain.Engine.Links;

/// <summary>The link functions of which a chain is made, from its end to its beginning.</summary>
delegate Target<TIn> ValueLink<TIn, TOut>(LinkContext scope, Target<TOut> next);
