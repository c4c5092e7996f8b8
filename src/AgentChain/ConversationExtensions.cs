using System.Diagnostics;
using AgentChain.Speculation;
using AgentChain.Turns;

namespace AgentChain;

/// <summary>Opens conversations.</summary>
public static class ConversationExtensions
{
    /// <summary>Opens a conversation on a chain. Closing it leaves the chain alone.</summary>
    /// <typeparam name="TIn">What the chain takes.</typeparam>
    /// <typeparam name="TOut">What it makes.</typeparam>
    /// <param name="chain">The chain.</param>
    /// <param name="options">Its options.</param>
    /// <returns>A conversation without turns.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><see cref="ConversationOptions.HistoryLength"/> is negative, or <see cref="ConversationOptions.FalseAlarmAfter"/> not positive.</exception>
    public static Conversation<TIn, TOut> OpenConversation<TIn, TOut>(this Chain<TIn, TOut> chain, ConversationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(chain);
        return new(chain, options ?? new ConversationOptions());
    }
}
