using AgentChain;
using AgentChain.Extensions.AI;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Provides the extension method with which the configuration decides which model a block uses.</summary>
public static class ChatClientServiceProviderExtensions
{
    /// <summary>
    /// Gets the chat client that the configuration names for a block:
    /// <c>services.AddAgentChain&lt;...&gt;("desk", (chain, sp) =&gt; chain.Stream("respond", sp.ChatClient("desk",
    /// "respond").AsBlock()))</c>.
    /// </summary>
    /// <param name="services">The services, with keyed chat clients.</param>
    /// <param name="chain">The name of the chain.</param>
    /// <param name="block">The name of the block; for a block of a sub-chain, <c>sub-chain/block</c>.</param>
    /// <param name="otherwise">The key that is used if the configuration has none; <see langword="null"/> if that is an error.</param>
    /// <returns>
    /// A client that can be exchanged while the chain runs. Each call returns a new one; the clients behind it belong to the container.
    /// </returns>
    /// <remarks>
    /// The setting <c>AgentChain:chain:Blocks:block:Client</c> is the key of a registered <see cref="IChatClient"/>
    /// (<see cref="BlockOptions.Client"/>; <c>services.Configure&lt;ChainOptions&gt;</c> wins over it). When the configuration is reloaded,
    /// turns that run end on the old client, and the next ones use the new one. If the reloaded setting is wrong, the client stays, and an
    /// error is logged. Register the clients as singletons.
    /// </remarks>
    /// <exception cref="ArgumentException">A name is empty.</exception>
    /// <exception cref="OptionsValidationException">
    /// The configuration of the chain is invalid, or it names no client, or one that is not registered. The message has the block, the key
    /// and the keys that are registered.
    /// </exception>
    public static ChatClientSwitch ChatClient(this IServiceProvider services, string chain, string block, string? otherwise = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrWhiteSpace(chain);
        ArgumentException.ThrowIfNullOrWhiteSpace(block);
        var configured = new ConfiguredChatClient(services, chain, block, otherwise);
        return new ChatClientSwitch(configured.Resolve(), configured.Changed);
    }
}
