using AgentChain.Devices;

namespace AgentChain.Tests.Devices;

public class PowerOfTwoPolicyTests
{
    static readonly PlacementRequest Request = new("block", DeviceRequest.Any);

    [Fact]
    public void Pick_TwoCandidates_TheLessLoadedOne()
    {
        var policy = new PowerOfTwoPolicy(1);
        Assert.All(Enumerable.Range(0, 50), _ => Assert.Equal(1, policy.Pick(Request, States(3, 1))));
        Assert.All(Enumerable.Range(0, 50), _ => Assert.Equal(0, policy.Pick(Request, States(1, 3))));
    }

    [Fact]
    public void Pick_OneCandidate_IsPicked() => Assert.Equal(0, new PowerOfTwoPolicy(1).Pick(Request, States(9)));

    [Fact]
    public void Pick_MostLoadedOfMany_IsNeverPicked()
    {
        var policy = new PowerOfTwoPolicy(7);
        int[] picks = [.. Enumerable.Range(0, 1000).Select(_ => policy.Pick(Request, States(0, 0, 0, 5)))];
        Assert.DoesNotContain(3, picks);
        Assert.All([0, 1, 2], device => Assert.InRange(picks.Count(pick => pick == device), 250, 420));
    }

    [Fact]
    public void Pick_SameSeed_SamePicks()
    {
        int[] one = Picks(new PowerOfTwoPolicy(5)), other = Picks(new PowerOfTwoPolicy(5)), different = Picks(new PowerOfTwoPolicy(6));
        Assert.Equal(one, other);
        Assert.NotEqual(one, different);

        static int[] Picks(PowerOfTwoPolicy policy) => [.. Enumerable.Range(0, 50).Select(_ => policy.Pick(Request, States(0, 0, 0, 0, 0)))];
    }

    static DeviceState[] States(params int[] leases) =>
        [.. leases.Select((held, i) => new DeviceState(new ComputeDevice($"d{i}", DeviceKind.Other), held, 0, 0))];
}
