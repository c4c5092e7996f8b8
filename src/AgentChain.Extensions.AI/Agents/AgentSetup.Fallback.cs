using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;

namespace AgentChain.Extensions.AI;

/// <content>Further models, which answer if the first does not.</content>
public sealed partial class AgentSetup
{
    readonly List<(IChatClient Client, TimeSpan FirstOutput, ChatOptions? Options)> _fallbacks = [];
    ILogger? _logger;

    /// <summary>
    /// Adds a client that is asked if the one before it gives no output within a bound, or fails before its first output. Each request of a
    /// turn, so each round of tools, asks the first client first. As <see cref="ChatExtensions.FallbackTo"/> does for a block.
    /// </summary>
    /// <param name="next">The client, without function invocation of its own. The caller disposes it after the chain.</param>
    /// <param name="firstOutput">
    /// The time in which the client before it must begin its answer: more than zero and at most a day, or
    /// <see cref="Timeout.InfiniteTimeSpan"/> to fall back only if it fails.
    /// </param>
    /// <param name="options">
    /// The options of its requests, which are copied, or <see langword="null"/> for those of <see cref="Options"/>. The tools are added.
    /// </param>
    /// <param name="logger">A logger that is told which client was left and why, or <see langword="null"/>.</param>
    /// <returns>This instance.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="next"/> is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="firstOutput"/> is out of range.</exception>
    /// <exception cref="AgentSetupException">The tools of the options contain a function; add it with <see cref="Tool"/>.</exception>
    public AgentSetup FallbackTo(IChatClient next, TimeSpan firstOutput, ChatOptions? options = null, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(next);
        ChatFallbackBlock.CheckBound(firstOutput);
        _fallbacks.Add((next, firstOutput, options is null ? null : Checked(options)));
        _logger = logger ?? _logger;
        return this;
    }

    internal AgentModel Model(IChatClient client) => new(Model(client, mayCall: true), Model(client, mayCall: false));

    IStreamBlock<IReadOnlyList<ChatMessage>, ChatResponseUpdate> Model(IChatClient client, bool mayCall)
    {
        var first = new ChatClientBlock(client, RequestOptions(OptionsValue, mayCall));
        return _fallbacks.Count == 0 ? first : _fallbacks.Aggregate(
            new ChatFallbackBlock(first, _logger),
            (block, next) => block.FallbackTo(next.Client, next.FirstOutput, RequestOptions(next.Options ?? OptionsValue, mayCall)));
    }
}
