using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;

namespace AgentChain.Extensions.AI.Tests.Snippets;

/// <summary>The example of the package's README.</summary>
static class TwoServers
{
    public static StreamChain<IReadOnlyList<ChatMessage>, string> Build(IChatClient first, IChatClient second, ILogger? logger = null)
    {
        #region chain
        StreamChain<IReadOnlyList<ChatMessage>, string> chain = Chain.From<IReadOnlyList<ChatMessage>>("desk")
            .Stream("respond", first.AsBlock().FallbackTo(second, firstOutput: 300.Milliseconds(), logger: logger))
            .Text()
            .Build();
        #endregion
        return chain;
    }
}
