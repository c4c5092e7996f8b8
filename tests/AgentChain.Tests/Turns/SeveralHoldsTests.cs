using AgentChain.Simulation;
using AgentChain.Tests.Flow;
using AgentChain.Turns;

namespace AgentChain.Tests.Turns;

public class SeveralHoldsTests
{
    [Fact]
    public void BargeIns_TwoArePendingAndOneResumes_OutputWaitsForTheOther() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("talk")
            .Stream<int>("speak", (_, _, token) => world.Count([10, 100], token))
            .Build(world.Options());
        await using Conversation<int, int> conversation = chain.OpenConversation(new ConversationOptions { FalseAlarmAfter = null });
        Turn<int> turn = await conversation.StartAsync(1);
        await world.Delay(50);
        BargeIn one = conversation.BeginBargeIn();
        BargeIn other = conversation.BeginBargeIn();
        Assert.True(one.Resume());
        await using IAsyncEnumerator<int> output = turn.Output.GetAsyncEnumerator();
        Task<bool> next = output.MoveNextAsync().AsTask();
        await world.Delay(500);
        Assert.False(next.IsCompleted);
        Assert.True(other.Resume());
        await world.Delay(1);
        Assert.True(next.IsCompletedSuccessfully);
        Assert.True(await next);
    });
}
