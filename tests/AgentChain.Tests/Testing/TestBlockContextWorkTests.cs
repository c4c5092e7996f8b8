using AgentChain.Testing;

namespace AgentChain.Tests.Testing;

public class TestBlockContextWorkTests
{
    [Fact]
    public void Works_BlockReports_AreSeen()
    {
        var test = new TestBlockContext { StartsEarly = request => request.Name == "yes" };
        BlockContext context = test.Context;
        InnerWork work = context.Begin("tool");
        Assert.False(work.IsRunning);
        work.Run();
        Assert.True(work.IsRunning);
        work.End(InnerStatus.Failed);
        work.End(InnerStatus.Completed);
        EarlyWork early = context.TryBeginEarly(new EarlyRequest("yes", 0.5))!;
        Assert.Null(context.TryBeginEarly(new EarlyRequest("no", 0.5)));
        Assert.Null(early.IsNeeded);
        early.Terminate();
        Assert.False(early.Commit());
        context.Used(new ModelUsage { Model = "m", InputTokens = 3 });

        Assert.Equal([work, early], test.Works);
        Assert.Equal((InnerStatus.Failed, false), (work.Status, work.IsRunning));
        Assert.Equal("m", Assert.Single(test.Usages).Model);
    }

    [Fact]
    public void Work_TurnHasEnded_NoLongerChanges()
    {
        using var turn = new CancellationTokenSource();
        BlockContext context = new TestBlockContext { TurnToken = turn.Token }.Context;
        InnerWork work = context.Begin("tool");
        turn.Cancel();
        work.Run();
        work.End(InnerStatus.Completed);
        Assert.Equal((false, null), (work.IsRunning, work.Status));
    }
}
