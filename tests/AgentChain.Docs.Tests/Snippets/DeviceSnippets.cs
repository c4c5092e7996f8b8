using AgentChain.Costs;
using AgentChain.Devices;

namespace AgentChain.Docs.Tests.Snippets;

/// <summary>The code of docs/devices.md.</summary>
public sealed class DeviceSnippets
{
    #region two
    static readonly ComputeDevice First = new("cuda:0", DeviceKind.Cuda) { MemoryBytes = 80_000_000_000, Sheet = DeviceSheet.H100 };
    static readonly ComputeDevice Second = new("cuda:1", DeviceKind.Cuda) { MemoryBytes = 24_000_000_000, Sheet = DeviceSheet.L4 };
    static readonly ComputeDevice Cpu = ComputeDevice.Cpu(lanes: 4);
    #endregion

    [Fact]
    public async Task Chain_TwoCardsAndAProcessor_RunsEachBlockWhereItAsked()
    {
        #region chain
        using var devices = new DeviceScheduler([Cpu, First, Second]);
        await using Chain<string, string> chain = Chain.From<string>("desk")
            .Then("hear", Hear, o => o.On("cpu"))
            .Then("answer", Answer, o => o.On(DeviceKind.Cuda))
            .Then("speak", Speak, o => o.On(DeviceRequest.Needing(memoryBytes: 16_000_000_000).Or(DeviceRequest.Named("cpu"))))
            .Build(new ChainOptions { Devices = devices, Costs = new CostBook() });
        #endregion
        Assert.Equal("hello on cpu, cuda:0, cuda:0", await chain.RunAsync("hello"));
    }

    [Fact]
    public async Task StaysWith_Conversation_GoesWhereItsCacheIs()
    {
        var places = new Dictionary<string, string> { ["ada"] = "cuda:1" };
        using var devices = new DeviceScheduler([Cpu, First, Second]);
        await using Chain<(string Conversation, string Text), string> chain = Chain.From<(string Conversation, string Text)>("desk")
            .Then("answer", (question, context, _) => new ValueTask<string>(context.Lease!.Device.Name), o => o
                .On(DeviceKind.Cuda)
                #region state
                .StaysWith(question => places.TryGetValue(question.Conversation, out string? device)
                    ? new DeviceAffinity(device) { Bytes = 131_000_000, Rebuild = 45.Milliseconds() }
                    : default))
                #endregion
            .Build(new ChainOptions { Devices = devices });
        Assert.Equal("cuda:1", await chain.RunAsync(("ada", "And tomorrow?")));
        Assert.Equal("cuda:0", await chain.RunAsync(("bob", "Hello")));
    }

    [Fact]
    public void Policy_InCode_IsUsed()
    {
        #region policy
        using var devices = new DeviceScheduler([Cpu, First, Second], DevicePlacementPolicies.FromName("power-of-two"));
        #endregion
        Assert.Equal(3, devices.Devices.Count);
    }

    [Fact]
    public void Ledger_ModelAndCache_AreListed()
    {
        using var devices = new DeviceScheduler([Cpu, First, Second]);
        #region ledger
        using MemoryLease weights = devices.Ledger.Reserve("cuda:1", 16_100_000_000, MemoryPurpose.Weights, "llama");
        using MemoryLease cache = devices.Ledger.Reserve("cuda:1", 4_000_000_000, MemoryPurpose.KeyValueCache, "llama");
        foreach (MemoryHolding held in devices.Ledger.Holders) Console.WriteLine($"{held.Device}: {held}");
        #endregion
        Assert.Equal(3_900_000_000, devices.Ledger.FreeBytes("cuda:1"));
    }

    [Fact]
    public void Troubles_LimitsAndLoss_AreSet()
    {
        #region troubles
        using var devices = new DeviceScheduler([Cpu, First, Second])
        {
            StuckLimit = 5.Seconds(),       // after the turn gave the call up; the default is 10 seconds
            CallLimit = 60.Seconds(),       // for any call; there is none by default
        };
        devices.LaneReplaced += (_, replaced) => Console.WriteLine($"{replaced.Lane} hung; {replaced.HungCalls} calls have not returned");

        devices.MarkLost("cuda:1");         // before the card is taken out
        devices.Restore("cuda:1");          // when it is back
        #endregion
        Assert.False(devices.IsLost("cuda:1"));
    }

    static ValueTask<string> Hear(string text, BlockContext context, CancellationToken cancellationToken) => new($"{text} on {context.Lease!.Device.Name}");

    static ValueTask<string> Answer(string text, BlockContext context, CancellationToken cancellationToken) => new($"{text}, {context.Lease!.Device.Name}");

    static ValueTask<string> Speak(string text, BlockContext context, CancellationToken cancellationToken) => new($"{text}, {context.Lease!.Device.Name}");
}
