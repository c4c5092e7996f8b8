namespace AgentChain.Extensions.AI;

/// <summary>A <see cref="BoundedBuffer"/> has no room for what is written. Never reaches a host.</summary>
sealed class BufferFullException : Exception;
