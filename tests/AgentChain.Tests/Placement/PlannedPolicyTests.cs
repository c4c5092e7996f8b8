using AgentChain.Devices;
using AgentChain.Placement;
using static AgentChain.Tests.Placement.PlacementPlannerTests;

namespace AgentChain.Tests.Placement;

public sealed class PlannedPolicyTests
{
    static readonly PlacementPlan Plan = PlacementPlanner.Plan(new(
        [
            Phase("a", ("y", new(1.Milliseconds()))),
            new PlacementPhase("b", WorkPhase.Prefill) { Times = new Dictionary<string, PhaseTime> { ["x"] = new(1.Milliseconds()) } },
            new PlacementPhase("b", WorkPhase.Decode) { Times = new Dictionary<string, PhaseTime> { ["Y"] = new(1.Milliseconds()) } },
        ],
        [Device("x"), Device("y")]));

    [Theory]
    [InlineData("a", WorkPhase.Whole, 1)]
    [InlineData("a", WorkPhase.Decode, 1)]
    [InlineData("b", WorkPhase.Prefill, 0)]
    [InlineData("b", WorkPhase.Decode, 1)]
    [InlineData("b", WorkPhase.Whole, 1)]
    [InlineData("unknown", WorkPhase.Whole, 0)]
    public void Pick_Plan_IsFollowed(string block, WorkPhase phase, int expected) =>
        Assert.Equal(expected, new PlannedPolicy(Plan).Pick(new PlacementRequest(block, DeviceRequest.Any, phase), [State("x"), State("y")]));

    [Fact]
    public void Pick_PlannedDeviceHasNoRoomOrOnlyStuckLanes_IsLeftToTheOtherPolicy()
    {
        var policy = new PlannedPolicy(Plan);
        var request = new PlacementRequest("a", DeviceRequest.Any);

        Assert.Equal(0, policy.Pick(request, [State("x")]));
        Assert.Equal(0, policy.Pick(request, [State("x"), State("y", stuck: 1)]));
    }

    [Fact]
    public void Plan_Exchanged_IsFollowedFromTheNextRequestOn()
    {
        var policy = new PlannedPolicy();
        var request = new PlacementRequest("a", DeviceRequest.Any);
        int before = policy.Pick(request, [State("x"), State("y")]);
        policy.Plan = Plan;

        Assert.Equal((0, 1), (before, policy.Pick(request, [State("x"), State("y")])));
    }

    static DeviceState State(string name, int stuck = 0) => new(Device(name), 0, 0, stuck);
}
