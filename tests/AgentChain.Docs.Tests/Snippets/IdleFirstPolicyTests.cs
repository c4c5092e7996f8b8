using AgentChain.Devices;
using AgentChain.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AgentChain.Docs.Tests.Snippets;

/// <summary>The code of docs/how-to/add-a-device-policy.md.</summary>
public sealed class IdleFirstPolicyTests
{
    #region test
    [Fact]
    public void IdleFirst_SpeculativeWork_WaitsForAnIdleDevice()
    {
        var request = new PlacementRequest("block", DeviceRequest.Any) { IsSpeculative = true };
        var device = new ComputeDevice("cuda:0", DeviceKind.Cuda);
        Assert.Equal(-1, new IdleFirstPolicy().Pick(request, [new(device, activeLeases: 1, pendingJobs: 0, stuckLanes: 0)]));
        Assert.Equal(0, new IdleFirstPolicy().Pick(request, [new(device, activeLeases: 0, pendingJobs: 0, stuckLanes: 0)]));
    }
    #endregion

    [Fact]
    public async Task Build_WithThePolicy_RunsBlocksOnItsDevices()
    {
        ChainBuilder<string, string> builder = Chain.From<string>("c")
            .Then("work", (x, context) => x + context.Lease!.Device.Name, o => o.On(DeviceKind.Cuda));
        #region code
        using var devices = new DeviceScheduler([new ComputeDevice("cuda:0", DeviceKind.Cuda), ComputeDevice.Cpu()], new IdleFirstPolicy());
        await using Chain<string, string> chain = builder.Build(new ChainOptions { Devices = devices });
        #endregion
        Assert.Equal("on cuda:0", await chain.RunAsync("on "));
    }

    [Fact]
    public async Task AddAgentChainDevices_PolicyInTheContainer_IsChosenByName()
    {
        var services = new ServiceCollection();
        var settings = new Dictionary<string, string?> { ["AgentChain:Devices:Policy"] = "idle-first" };
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        #region host
        services.AddSingleton<IDevicePlacementPolicy>(new IdleFirstPolicy());
        services.AddAgentChainDevices(ComputeDevice.Cpu());
        #endregion
        await using ServiceProvider provider = services.BuildServiceProvider();
        using DeviceLease lease = await provider.GetRequiredService<IDeviceScheduler>().AcquireAsync(new("block", DeviceRequest.Any), default);
        Assert.Equal(DeviceKind.Cpu, lease.Device.Kind);
    }

    [Fact]
    public Task IdleFirst_SchedulerContract_Holds() => new Contract().VerifyAsync();

    sealed class Contract : DeviceSchedulerContract
    {
        protected override IDeviceScheduler Create(params ComputeDevice[] devices) => new DeviceScheduler(devices, new IdleFirstPolicy());
    }
}
