using AgentChain.Devices;
using AgentChain.Remote.Tests.Servers;

namespace AgentChain.Remote.Tests;

public sealed class TritonTests() : ChatServerConformance(ChatServerKind.Triton, PriorityOrder.LowerFirst, continues: true)
{
    [Fact]
    public async Task Ask_Budget_IsSentAsTheTimeout()
    {
        await using ScriptedServer server = await StartAsync(Script.Says("fine"));
        using ChatServer one = server.Device("one");
        using DeviceScheduler devices = Ask.Devices(one);
        await using var chain = Ask.Chain(devices, new ChatServerBlock(one), o => o.Budget(50.Seconds()));
        Assert.Equal("fine", await chain.AskAsync());
        Assert.InRange(server.Calls[0].Request.GetProperty("timeout").GetInt64(), 1, 50_000_000);
    }

    [Fact]
    public async Task Prompt_CallbackReturnsNull_FailsTheTurnAndSaysSo()
    {
        await using ScriptedServer server = await StartAsync(Script.Says("fine"));
        using ChatServer one = server.Device("one", o => o with { Prompt = _ => null! });
        using DeviceScheduler devices = Ask.Devices(one);
        await using var chain = Ask.Chain(devices, new ChatServerBlock(one));
        var error = await Assert.ThrowsAsync<BlockFailedException>(() => chain.AskAsync());
        Assert.Contains("Prompt returned null", error.InnerException!.Message, StringComparison.Ordinal);
        Assert.Equal((ServerHealth.Healthy, 0), (one.Health, devices.OpenLeases));
    }
}
