using Polly;

namespace AgentChain.Polly;

/// <summary>The <c>ExecuteAsync</c> of a pipeline, with or without a type.</summary>
delegate ValueTask<TOut> ExecuteAttempts<TIn, TOut>(
    Func<ResilienceContext, ValueAttempts<TIn, TOut>, ValueTask<TOut>> attempt, ResilienceContext context, ValueAttempts<TIn, TOut> run);
