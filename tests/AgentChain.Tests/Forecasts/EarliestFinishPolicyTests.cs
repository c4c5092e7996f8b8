using AgentChain.Costs;
using AgentChain.Devices;
using AgentChain.Forecasts;

namespace AgentChain.Tests.Forecasts;

public class EarliestFinishPolicyTests
{
    static readonly ComputeDevice Fast = new("fast", DeviceKind.Cuda) { MaxLeases = 4 };
    static readonly ComputeDevice Slow = new("slow", DeviceKind.Cuda) { MaxLeases = 4 };

    [Fact]
    public void Pick_LearnedTimes_TheDeviceOnWhichItEndsFirst()
    {
        var policy = new EarliestFinishPolicy(Costs());

        Assert.Equal(1, policy.Pick(Request, [new(Slow, 0, 0, 0), new(Fast, 0, 0, 0)]));
        Assert.Equal(0, policy.Pick(Request, [new(Slow, 0, 0, 0), new(Fast, 3, 0, 0)]));
    }

    [Fact]
    public void Pick_UnknownDevice_IsTried() =>
        Assert.Equal(1, new EarliestFinishPolicy(Costs()).Pick(Request, [new(Fast, 0, 0, 0), new(new ComputeDevice("new", DeviceKind.Cuda), 0, 0, 0)]));

    [Fact]
    public void Pick_DeviceOnWhichNoRunCompletes_IsTriedFourTimes()
    {
        var policy = new EarliestFinishPolicy(Costs());
        DeviceState[] candidates = [new(Fast, 0, 0, 0), new(new ComputeDevice("broken", DeviceKind.Cuda), 0, 0, 0)];

        int[] picks = [.. Enumerable.Range(0, 100).Select(_ => policy.Pick(Request, candidates))];

        Assert.Equal(4, picks.Count(pick => pick == 1));
    }

    [Fact]
    public void Pick_AllLanesStuck_IsTheLast() =>
        Assert.Equal(1, new EarliestFinishPolicy(Costs()).Pick(Request, [new(Fast, 0, 0, Fast.Lanes), new(Slow, 0, 0, 0)]));

    [Fact]
    public void Pick_UnknownDeviceIsStuck_IsNotTried()
    {
        var unknown = new ComputeDevice("new", DeviceKind.Cuda);

        Assert.Equal(0, new EarliestFinishPolicy(Costs()).Pick(Request, [new(Fast, 0, 0, 0), new(unknown, 0, 0, unknown.Lanes)]));
    }


    static PlacementRequest Request => new("answer", DeviceRequest.Any);

    static CostBook Costs()
    {
        var costs = new CostBook();
        for (int i = 0; i < 30; i++)
        {
            costs.Of("answer", "fast").Observe(default, 100.Milliseconds());
            costs.Of("answer", "slow").Observe(default, 250.Milliseconds());
        }

        return costs;
    }
}
