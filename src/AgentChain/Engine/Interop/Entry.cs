namespace AgentChain.Engine.Interop;

/// <summary>The result of waiting at a <see cref="Turnstile"/>: the turn is in, or it failed, or neither because it has ended.</summary>
readonly record struct Entry(bool IsIn, ForeignFailure? Failure);
