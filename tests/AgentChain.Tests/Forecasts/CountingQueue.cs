using AgentChain.Forecasts;

namespace AgentChain.Tests.Forecasts;

/// <summary>A queue that keeps what it is asked, and answers with the number of values on their way.</summary>
sealed class CountingQueue : IQueueLoad
{
    public bool IsIdle { get; set; }

    public double Away { get; private set; }

    public double Remains { get; private set; }

    public double WaitOf(double mean, double remains, double away, double coming)
    {
        (Away, Remains) = (away, remains);
        return coming;
    }

    public double DeviceWaitOf(double mean) => 0;
}
