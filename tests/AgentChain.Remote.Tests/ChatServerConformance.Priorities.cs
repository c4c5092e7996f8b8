using AgentChain.Devices;
using AgentChain.Remote.Tests.Servers;

namespace AgentChain.Remote.Tests;

public abstract partial class ChatServerConformance
{
    [Fact]
    public async Task Priority_Kind_IsSentAsTheServerReadsIt()
    {
        await using ScriptedServer server = await StartAsync(Script.Says("fine"));
        foreach (RequestPriority priority in new[] { RequestPriority.High, RequestPriority.Normal, RequestPriority.Low })
        {
            await AnswersAsync(server, "fine", Ask.Question() with { Priority = priority });
        }

        (int small, int large) = ServerDialect.NumbersOf(kind);
        int?[] sent = [.. server.Calls.Select(call => call.Priority)];
        Assert.Equal(
            order switch
            {
                PriorityOrder.LowerFirst => [small, null, large],
                PriorityOrder.HigherFirst => [large, null, small],
                _ => new int?[] { null, null, null },
            },
            sent);
    }

    [Fact]
    public async Task Priority_ServerRefusesTheField_IsAskedWithoutAndNeverAgain()
    {
        await using ScriptedServer server = await StartAsync(Script.KnowsNoPriority("fine"));
        using ChatServer one = server.Device("one", o => o with { PriorityOrder = PriorityOrder.LowerFirst });
        using DeviceScheduler devices = Ask.Devices(one);
        await using var chain = Ask.Chain(devices, new ChatServerBlock(one));
        ChatServerRequest request = Ask.Question() with { Priority = RequestPriority.High };

        Assert.Equal("fine", await chain.AskAsync(request));
        Assert.Equal("fine", await chain.AskAsync(request));

        Assert.Equal([ServerDialect.NumbersOf(kind).Small, null, null], server.Calls.Select(call => call.Priority));
        Assert.Equal((PriorityOrder.None, ServerHealth.Healthy), (one.PriorityOrder, one.Health));
    }

    [Fact]
    public async Task TestPriority_Burst_TellsTheOrder()
    {
        var queue = new ServingQueue(expected: 2 + 24);
        await using ScriptedServer server = await StartAsync(queue.ServeAsync);
        using ChatServer one = server.Device("one", o => o with { PriorityOrder = PriorityOrder.None });

        PriorityReport report = await one.TestPriorityAsync(new() { Fill = 2 }).WaitAsync(Ask.Patience);

        Assert.Equal((order, PriorityOrder.None, false), (report.Found, report.Expected, report.IsRefused));
        Assert.Equal((order, order == PriorityOrder.None), (one.PriorityOrder, report.AsExpected));
    }

    [Fact]
    public async Task TestPriority_ServerRefusesTheField_SaysSo()
    {
        await using ScriptedServer server = await StartAsync(Script.KnowsNoPriority("fine"));
        using ChatServer one = server.Device("one", o => o with { PriorityOrder = PriorityOrder.HigherFirst });

        PriorityReport report = await one.TestPriorityAsync(new() { Each = 4 }).WaitAsync(Ask.Patience);

        Assert.Equal((PriorityOrder.None, true, false), (report.Found, report.IsRefused, report.AsExpected));
        Assert.Equal(PriorityOrder.None, one.PriorityOrder);
    }
}
