namespace AgentChain.Devices;

/// <summary>One job on a <see cref="DeviceLane"/>.</summary>
abstract class LaneJob
{
    /// <summary>Runs on the lane's thread and never throws; <see cref="Complete"/> then tells the caller.</summary>
    public abstract void Run();

    /// <summary>Tells the caller how the job ended.</summary>
    public abstract void Complete();

    /// <summary>Tells the caller that the job will not run.</summary>
    public abstract void Drop();
}
