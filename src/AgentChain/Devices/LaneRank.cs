namespace AgentChain.Devices;

/// <summary>What decides about the order of jobs on a lane: the request of their lease.</summary>
sealed class LaneRank(in PlacementRequest request)
{
    public readonly PlacementRequest Request = request;
}
