namespace AgentChain.Simulation;

/// <summary>Observes the jobs of a simulated device, on the thread of its world.</summary>
interface IDeviceObserver
{
    /// <summary>Observes a job that completed or was canceled.</summary>
    /// <param name="turn">The number of the turn; 0 if the job was not given a block's context.</param>
    /// <param name="block">The name of the block, or null.</param>
    /// <param name="work">The times of the job.</param>
    void Ended(long turn, string? block, in DeviceWork work);
}
