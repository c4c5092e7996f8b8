using System.Diagnostics;
using AgentChain.Speculation;

namespace AgentChain;

/// <summary>Provides extension methods that open conversations.</summary>
public static class ConversationExtensions
{
    /// <summary>Opens a conversation on a chain. Disposing the conversation does not dispose the chain.</summary>
    /// <typeparam name="TIn">The type of the chain's input.</typeparam>
    /// <typeparam name="TOut">The type of the chain's output.</typeparam>
    /// <param name="chain">The chain.</param>
    /// <param name="options">The options of the conversation, or <see langword="null"/> for the defaults.</param>
    /// <returns>A conversation that has no turns yet.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <see cref="ConversationOptions.HistoryLength"/> is negative, or <see cref="ConversationOptions.FalseAlarmAfter"/> is not positive.
    /// </exception>
    public static Conversation<TIn, TOut> OpenConversation<TIn, TOut>(this ChainBase<TIn, TOut> chain, ConversationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(chain);
        return new(chain, options ?? new ConversationOptions());
    }
}
