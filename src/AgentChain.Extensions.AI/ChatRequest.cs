using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI;

/// <summary>
/// Represents the messages of a request together with its options, as the input of a chain that is to see both:
/// <c>Chain.From&lt;ChatRequest&gt;("agent").Stream("respond", client.AsRequestBlock())</c>.
/// </summary>
/// <param name="Messages">The messages, oldest first.</param>
/// <param name="Options">
/// The options of the request, such as its tools; <see langword="null"/> if it has none. They belong to the caller: copy them before a
/// change.
/// </param>
/// <remarks>
/// The messages are compared by reference: give a block that speculates on requests a commit key.
/// </remarks>
public sealed record ChatRequest(IReadOnlyList<ChatMessage> Messages, ChatOptions? Options = null)
{
    /// <summary>Returns the number of messages, never their text.</summary>
    /// <returns>The number.</returns>
    public override string ToString() =>
        FormattableString.Invariant($"{Messages.Count} messages{(Options is null ? "" : " with options")}");
}
