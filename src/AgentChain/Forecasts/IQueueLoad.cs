namespace AgentChain.Forecasts;

/// <summary>A queue in front of a block, as a prediction sees it. Thread-safe; never throws.</summary>
interface IQueueLoad
{
    /// <summary>Whether the block runs for no value, or for the one that asks only.</summary>
    bool IsIdle { get; }

    /// <summary>Returns how long a value is expected to wait.</summary>
    /// <param name="mean">The mean time of a run of the block, in seconds.</param>
    /// <param name="remains">The predicted rest of the value's turn, the block included, in seconds.</param>
    /// <param name="away">The time after which the value arrives, in seconds.</param>
    /// <param name="coming">The number of other values that are on their way.</param>
    /// <returns>Seconds; 0 if a worker is free.</returns>
    double WaitOf(double mean, double remains, double away, double coming);

    /// <summary>Returns how long a value that has a worker is expected to wait for the block's device.</summary>
    /// <param name="mean">The mean time of a run of the block, in seconds.</param>
    /// <returns>Seconds; 0 if there is room, or the block needs no device.</returns>
    double DeviceWaitOf(double mean);
}
