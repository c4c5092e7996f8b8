using AgentChain.Devices;

namespace AgentChain.Tests.Devices;

public class DevicePlacementPoliciesTests
{
    static readonly PlacementRequest Request = new("block", DeviceRequest.Any);

    [Fact]
    public void Pinned_AnyState_PicksTheFirst() =>
        Assert.Equal(0, new PinnedPolicy().Pick(Request, [State("a", leases: 50), State("b", leases: 0)]));

    [Fact]
    public void LeastLoaded_FewerLeasesPerLane_IsPicked()
    {
        var policy = new LeastLoadedPolicy();
        Assert.Equal(1, policy.Pick(Request, [State("a", 2), State("b", 1), State("c", 3)]));
        Assert.Equal(0, policy.Pick(Request, [State("a", 2, lanes: 4), State("b", 1)]));
        Assert.Equal(0, policy.Pick(Request, [State("a", 1), State("b", 1)]));
    }

    [Fact]
    public void LeastLoaded_Tie_FewerPendingJobsDecide() =>
        Assert.Equal(1, new LeastLoadedPolicy().Pick(Request, [State("a", 1, pending: 3), State("b", 1, pending: 2)]));

    [Fact]
    public void LeastLoaded_StuckLanes_AreNotUsable()
    {
        var policy = new LeastLoadedPolicy();
        Assert.Equal(1, policy.Pick(Request, [State("a", 0, stuck: 1), State("b", 60)]));
        Assert.Equal(1, policy.Pick(Request, [State("a", 2, lanes: 4, stuck: 3), State("b", 1)]));
        Assert.Equal(0, policy.Pick(Request, [State("a", 0, stuck: 1), State("b", 0, stuck: 1)]));
    }

    [Fact]
    public void RoundRobin_SameCandidates_TakeTurnsWhateverTheirLoad()
    {
        var policy = new RoundRobinPolicy();
        Assert.Equal([0, 1, 2, 0, 1, 2], Enumerable.Range(0, 6)
            .Select(_ => policy.Pick(Request, [State("a", 50), State("b", 7, pending: 9), State("c", 0)])));
    }

    [Fact]
    public void RoundRobin_LastDeviceHasNoRoom_TheOneAfterItIsPicked()
    {
        var policy = new RoundRobinPolicy();
        Assert.Equal(0, policy.Pick(Request, [State("a", 0), State("b", 0), State("c", 0)]));
        Assert.Equal(1, policy.Pick(Request, [State("a", 0), State("b", 0), State("c", 0)]));
        Assert.Equal(1, policy.Pick(Request, [State("a", 0), State("c", 0)]));
        Assert.Equal(0, policy.Pick(Request, [State("a", 0), State("b", 0), State("c", 0)]));
    }

    [Fact]
    public void RoundRobin_NewInstance_BeginsWithTheFirst()
    {
        Assert.Equal(0, new RoundRobinPolicy().Pick(Request, [State("a", 0), State("b", 0)]));
        Assert.Equal(0, new RoundRobinPolicy().Pick(Request, [State("a", 0), State("b", 0)]));
    }

    [Fact]
    public void RoundRobin_AllLanesStuck_IsTheLastChoice()
    {
        var policy = new RoundRobinPolicy();
        Assert.Equal([1, 1], Enumerable.Range(0, 2)
            .Select(_ => policy.Pick(Request, [State("a", 0, stuck: 1), State("b", 60, stuck: 1, lanes: 2)])));
        Assert.Equal([0, 1], Enumerable.Range(0, 2)
            .Select(_ => policy.Pick(Request, [State("a", 0, stuck: 1), State("b", 0, stuck: 1)])));
    }

    [Theory]
    [InlineData("pinned", typeof(PinnedPolicy))]
    [InlineData("Least-Loaded", typeof(LeastLoadedPolicy))]
    [InlineData("ROUND-robin", typeof(RoundRobinPolicy))]
    public void FromName_BuiltIn_IsFoundWhateverItsCase(string name, Type type)
    {
        IDevicePlacementPolicy policy = DevicePlacementPolicies.FromName(name);
        Assert.IsType(type, policy);
        Assert.Equal(name, policy.Name, ignoreCase: true);
    }

    [Fact]
    public void FromName_Unknown_ThrowsWithTheList()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => DevicePlacementPolicies.FromName("fastest"));
        Assert.Contains("pinned, least-loaded, round-robin", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FromName_Planned_SaysHowToCreateIt()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => DevicePlacementPolicies.FromName("Planned"));
        Assert.Contains("'planned' needs a plan: create it with new PlannedPolicy(plan)", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cuda:1", "CUDA:1", true)]
    [InlineData("cuda:1", "cuda:0", false)]
    public void Named_Device_IsComparedWithoutCase(string asked, string name, bool accepted) =>
        Assert.Equal(accepted, DeviceRequest.Named(asked).Accepts(new(name, DeviceKind.Cuda)));

    [Fact]
    public void ToString_Request_ReadsAsInErrors() =>
        Assert.Equal(["cuda:1", "any Cuda device", "any device"],
            [DeviceRequest.Named("cuda:1").ToString(), DeviceRequest.OfKind(DeviceKind.Cuda).ToString(), DeviceRequest.Any.ToString()]);

    static DeviceState State(string name, int leases, int pending = 0, int stuck = 0, int lanes = 1) =>
        new(new(name, DeviceKind.Cuda) { Lanes = lanes }, leases, pending, stuck);
}
