using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI;

/// <summary>The model of an agent, with and without tools: a chat client, or the first of several.</summary>
sealed record AgentModel(
    IStreamBlock<IReadOnlyList<ChatMessage>, ChatResponseUpdate> Rounds,
    IStreamBlock<IReadOnlyList<ChatMessage>, ChatResponseUpdate> LastWord)
{
    /// <summary>Returns the same with another client in the first place.</summary>
    public AgentModel On(IChatClient client) => new(On(Rounds, client), On(LastWord, client));

    /// <summary>Returns the name of the client.</summary>
    public override string ToString() => Rounds.ToString()!;

    static IStreamBlock<IReadOnlyList<ChatMessage>, ChatResponseUpdate> On(
        IStreamBlock<IReadOnlyList<ChatMessage>, ChatResponseUpdate> block, IChatClient client) =>
        block is ChatFallbackBlock several ? several.On(client) : ((ChatClientBlock)block).On(client);
}
