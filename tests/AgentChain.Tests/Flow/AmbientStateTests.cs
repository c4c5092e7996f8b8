using AgentChain.Blocks;
using AgentChain.Simulation;

namespace AgentChain.Tests.Flow;

/// <summary>What runs because a deadline fired does not see the ambient state of whoever built the chain.</summary>
public class AmbientStateTests
{
    static readonly AsyncLocal<string?> Ambient = new();

    [Fact]
    public void Fallback_ChainWasBuiltUnderAmbientState_DoesNotSeeIt() => VirtualWorld.Run(async world =>
    {
        string? seen = "nothing";
        Ambient.Value = "builder";
        await using Chain<int, int> chain = Chain.From<int>("ambient")
            .Then("slow", world.Work<int>(1000), o => o.Budget(10.Milliseconds()).OnOverrun(Overrun.FallbackTo(new Looking(() => seen = Ambient.Value))))
            .Build(world.Options());
        Ambient.Value = null;
        Assert.Equal(1, await chain.RunAsync(1));
        Assert.Null(seen);
    });

    sealed class Looking(Action look) : IBlock<int, int>
    {
        public ValueTask<int> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken)
        {
            look();
            return ValueTask.FromResult(input);
        }
    }
}
