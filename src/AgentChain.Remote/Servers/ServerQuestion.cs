namespace AgentChain.Remote;

/// <summary>A request as it is sent to one server.</summary>
/// <param name="Request">The request of the turn.</param>
/// <param name="Said">The beginning of the answer, which another server wrote; empty if there is none.</param>
/// <param name="SaidPieces">The number of its pieces.</param>
/// <param name="Priority">The number for the priority; null if none is sent.</param>
/// <param name="Remaining">The time that is left for the answer; infinite if there is no limit.</param>
sealed record ServerQuestion(ChatServerRequest Request, string Said, int SaidPieces, int? Priority, TimeSpan Remaining)
{
    /// <summary>The tokens that are left for the rest of the answer; null for no limit.</summary>
    public int? MaxTokens => Request.MaxOutputTokens is { } most ? Math.Max(1, most - SaidPieces) : null;
}
