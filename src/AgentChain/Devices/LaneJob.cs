namespace AgentChain.Devices;

/// <summary>A job on a <see cref="DeviceLane"/>.</summary>
abstract class LaneJob
{
    /// <summary>Runs the job on the lane's thread. Never throws; <see cref="Complete"/> then notifies the caller.</summary>
    public abstract void Run();

    /// <summary>Completes the caller's task with the job's result or exception.</summary>
    public abstract void Complete();

    /// <summary>Cancels the caller's task if the job has not started.</summary>
    public abstract void Drop();
}
