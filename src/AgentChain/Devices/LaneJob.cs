namespace AgentChain.Devices;

/// <summary>A job on a <see cref="DeviceLane"/>.</summary>
abstract class LaneJob
{
    /// <summary>The request of the lease for which the job runs; null for a job that has none, which is committed.</summary>
    public LaneRank? Rank { get; init; }

    /// <summary>Its number in the order of arrival.</summary>
    public long Number { get; set; }

    /// <summary>Whether it is speculative now.</summary>
    public bool IsSpeculative => Rank is { } rank && rank.Request.IsSpeculativeNow;

    /// <summary>Runs the job on the lane's thread. Never throws; <see cref="Complete"/> then notifies the caller.</summary>
    public abstract void Run();

    /// <summary>Completes the caller's task with the job's result or exception.</summary>
    public abstract void Complete();

    /// <summary>Cancels the caller's task if the job has not started.</summary>
    public abstract void Drop();

    /// <summary>Ends the caller's task with an exception, whether the job has started or not. A result that comes later is dropped.</summary>
    public abstract void Fail(Exception error);
}
