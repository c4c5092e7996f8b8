namespace AgentChain.Simulation;

/// <summary>Tells the host how far a simulation is: often enough for a progress bar, seldom enough to cost nothing.</summary>
sealed class PlayerProgress(IProgress<SimulationProgress>? receiver, long seed, long expected)
{
    readonly long _step = Math.Max(1, expected / 200);
    long _turns;

    public void Ended(TimeSpan now)
    {
        _turns++;
        if (receiver is null || (_turns % _step != 0 && _turns != expected))
        {
            return;
        }

        try
        {
            receiver.Report(new(seed, _turns, expected, now));
        }
        catch (Exception)
        {
            // A broken progress bar must not change a result.
        }
    }
}
