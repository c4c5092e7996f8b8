using AgentChain.DependencyInjection;
using AgentChain.Devices;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AgentChain.Tests.DependencyInjection;

public class DeviceRegistrationTests
{
    static readonly ComputeDevice First = new("gpu:0", DeviceKind.Other);
    static readonly ComputeDevice Second = new("gpu:1", DeviceKind.Other);

    [Fact]
    public async Task AddAgentChainDevices_TwoChains_ShareOneScheduler()
    {
        var services = new ServiceCollection();
        services.AddAgentChainDevices(new ComputeDevice("gpu:0", DeviceKind.Other) { MaxLeases = 1 });
        var inside = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var leave = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        services.AddAgentChain<int, int>("holds", (chain, _) => chain.Then(
            "hold",
            async (int i, CancellationToken token) =>
            {
                inside.SetResult();
                await leave.Task.WaitAsync(token);
                return i;
            },
            o => o.On("gpu:0")));
        bool entered = false;
        services.AddAgentChain<int, string>("wants", (chain, _) => chain.Then(
            "want",
            (int i, CancellationToken _) =>
            {
                entered = true;
                return ValueTask.FromResult($"{i}");
            },
            o => o.On("gpu:0")));
        await using ServiceProvider provider = services.BuildServiceProvider();
        Chain<int, int> holds = provider.GetRequiredService<Chain<int, int>>();
        Chain<int, string> wants = provider.GetRequiredService<Chain<int, string>>();
        Assert.Same(holds.Devices, wants.Devices);
        Assert.Same(provider.GetRequiredService<IDeviceScheduler>(), holds.Devices);

        Task<int> holding = holds.RunAsync(1).AsTask();
        await inside.Task;
        Task<string> wanting = wants.RunAsync(2).AsTask();
        Assert.Equal(1, holds.Devices.OpenLeases);
        Assert.False(entered);
        leave.SetResult();
        Assert.Equal(1, await holding);
        Assert.Equal("2", await wanting);
        Assert.Equal(0, holds.Devices.OpenLeases);
    }

    [Theory]
    [InlineData("pinned", "gpu:0")]
    [InlineData("Least-Loaded", "gpu:1")]
    [InlineData("Round-Robin", "gpu:1")]
    [InlineData("last", "gpu:1")]
    [InlineData(null, "gpu:1")]
    public async Task AddAgentChainDevices_PolicyByName_PlacesByIt(string? policy, string second)
    {
        await using ServiceProvider provider = With(policy is null ? [] : new() { ["AgentChain:Devices:Policy"] = policy }, First, Second);
        IDeviceScheduler scheduler = provider.GetRequiredService<IDeviceScheduler>();
        using DeviceLease one = await scheduler.AcquireAsync(new PlacementRequest("block", DeviceRequest.OfKind(DeviceKind.Other)), default);
        using DeviceLease two = await scheduler.AcquireAsync(new PlacementRequest("block", DeviceRequest.OfKind(DeviceKind.Other)), default);
        Assert.Equal(second, two.Device.Name);
    }

    [Theory]
    [InlineData("round-robin", "gpu:1")]
    [InlineData("least-loaded", "gpu:0")]
    public async Task AddAgentChainDevices_PolicyByNameFirstLeaseWentBack_PlacesByIt(string policy, string second)
    {
        await using ServiceProvider provider = With(new() { ["AgentChain:Devices:Policy"] = policy }, First, Second);
        IDeviceScheduler scheduler = provider.GetRequiredService<IDeviceScheduler>();
        (await scheduler.AcquireAsync(new PlacementRequest("block", DeviceRequest.OfKind(DeviceKind.Other)), default)).Dispose();
        using DeviceLease two = await scheduler.AcquireAsync(new PlacementRequest("block", DeviceRequest.OfKind(DeviceKind.Other)), default);
        Assert.Equal(second, two.Device.Name);
    }

    [Fact]
    public async Task AddAgentChainDevices_CpuLanes_AreThoseOfTheProcessor()
    {
        await using ServiceProvider provider = With(new() { ["AgentChain:Devices:CpuLanes"] = "3" });
        ComputeDevice only = Assert.Single(provider.GetRequiredService<IDeviceScheduler>().Devices);
        Assert.Equal(("cpu", 3), (only.Name, only.Lanes));
    }

    [Fact]
    public async Task AddAgentChainDevices_BadConfiguration_NamesKeyValueAndPolicies()
    {
        await using ServiceProvider provider = With(new()
        {
            ["AgentChain:Devices:Policy"] = "fastest",
            ["AgentChain:Devices:CpuLanes"] = "none",
            ["AgentChain:Devices:Polcy"] = "pinned",
        });
        var error = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IDeviceScheduler>());
        Assert.Equal(3, error.Failures.Count());
        Assert.Contains("'AgentChain:Devices:Policy' is 'fastest': it must be the name of a placement policy; available policies: pinned, least-loaded, round-robin, power-of-two, deadline-aware, planned, last.", error.Message, StringComparison.Ordinal);
        Assert.Contains("'AgentChain:Devices:CpuLanes' is 'none'", error.Message, StringComparison.Ordinal);
        Assert.Contains("'AgentChain:Devices:Polcy' is not a setting", error.Message, StringComparison.Ordinal);
    }

    static ServiceProvider With(Dictionary<string, string?> configuration, params ComputeDevice[] devices)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(configuration).Build());
        services.AddSingleton<IDevicePlacementPolicy>(new LastPolicy());
        services.AddAgentChainDevices(devices);
        return services.BuildServiceProvider();
    }

    sealed class LastPolicy : IDevicePlacementPolicy
    {
        public string Name => "last";

        public int Pick(in PlacementRequest request, ReadOnlySpan<DeviceState> candidates) => candidates.Length - 1;
    }
}
