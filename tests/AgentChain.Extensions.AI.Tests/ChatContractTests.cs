using System.Runtime.CompilerServices;
using AgentChain.Testing;
using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI.Tests;

/// <summary>The contract of blocks, kept by a chat client as a block, and by a chain that is a chat client that is a block.</summary>
public sealed class ChatContractTests
{
    [Fact]
    public async Task VerifyAsync_ClientAsABlock_KeepsTheContract()
    {
        using ScriptedClient client = Echo();
        await new Contract(client.AsBlock()).VerifyAsync();
    }

    [Fact]
    public async Task VerifyAsync_ChainAsAClientAsABlock_KeepsTheContract()
    {
        using ScriptedClient model = Echo();
        await using var chain = Ask.Chat("inner").Stream("respond", model.AsBlock()).Text().Build();
        using IChatClient client = chain.AsChatClient();

        await new Contract(client.AsBlock()).VerifyAsync();

        Assert.Equal(0, chain.LiveTurns);
    }

    static ScriptedClient Echo() => new((messages, _, token) => EchoAsync(messages[^1].Text, token));

    static async IAsyncEnumerable<ChatResponseUpdate> EchoAsync(
        string text, [EnumeratorCancellation] CancellationToken token)
    {
        foreach (ChatResponseUpdate update in ScriptedClient.Words(text))
        {
            await Task.Delay(2, token);
            yield return update;
        }
    }

    /// <summary>The contract is that of a block with one value: the whole answer.</summary>
    sealed class Contract(ChatClientBlock block) : BlockContract<IReadOnlyList<ChatMessage>, string>
    {
        protected override IReadOnlyList<IReadOnlyList<ChatMessage>> Inputs => [Ask.Question("good day to you"), Ask.Question("hello")];

        protected override IBlock<IReadOnlyList<ChatMessage>, string> Create() => new Whole(block);
    }

    sealed class Whole(ChatClientBlock block) : IBlock<IReadOnlyList<ChatMessage>, string>
    {
        public async ValueTask<string> InvokeAsync(
            IReadOnlyList<ChatMessage> input, BlockContext context, CancellationToken cancellationToken)
        {
            List<ChatResponseUpdate> updates = [];
            await foreach (ChatResponseUpdate update in block.InvokeAsync(input, context, cancellationToken))
            {
                updates.Add(update);
            }

            return updates.Text();
        }
    }
}
