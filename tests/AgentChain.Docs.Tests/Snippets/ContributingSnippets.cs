using AgentChain.Simulation;
using AgentChain.Tests.Engine;

namespace AgentChain.Docs.Tests.Snippets;

/// <summary>The code of CONTRIBUTING.md.</summary>
public sealed class ContributingSnippets
{
    #region test
    [Fact]
    public void OnOverrun_FallbackValue_TakesItsPlace() => VirtualWorld.Run(async world =>
    {
        await using Chain<int, int> chain = Chain.From<int>("c")
            .Then("slow", world.Work<int>(100), o => o.Budget(30.Milliseconds()).OnOverrun(Overrun.Fallback(-1)))
            .Build(world.Options());
        Assert.Equal(-1, await chain.RunAsync(1));
        Assert.InRange(world.Elapsed.TotalMilliseconds, 30, 30.01);
    });
    #endregion
}
