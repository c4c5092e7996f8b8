namespace AgentChain.Engine.Interop;

/// <summary>How a turn left a <see cref="Turnstile"/>: it is in, or it failed, or neither, since the turn is over.</summary>
readonly record struct Entry(bool IsIn, ForeignFailure? Failure);
