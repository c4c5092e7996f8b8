namespace AgentChain.Remote;

/// <summary>A server that a request has entered, and must leave.</summary>
readonly record struct ServerEntry(ChatServer Server, int Number)
{
    /// <summary>Leaves the server.</summary>
    /// <param name="failure">How the server failed; null if it did not.</param>
    /// <param name="answered">Whether it answered.</param>
    public void Leave(ServerException? failure, bool answered) => Server.Leave(Number, failure, answered);
}
