namespace AgentChain.Remote;

/// <summary>What an event of the stream is: a piece of the answer, its end, an error, or something to pass over.</summary>
readonly record struct WireEvent(WireChunk? Chunk, bool IsEnd = false, bool IsError = false);
