namespace AgentChain.Simulation.Tests.External;

/// <summary>The times of all requests of a simulation.</summary>
sealed class ServedTimes(IReadOnlyList<ServedRequest> served, SimulationRun run)
{
    public SimulationRun Run => run;

    public double MeanFirst => served.Average(request => request.ToFirst.TotalMilliseconds);

    public double MeanEach => served.Average(request => request.ToEach.TotalMilliseconds);

    /// <summary>The part of the requests that meet both limits.</summary>
    public double OnTime => served.Count(request => request.ToFirst <= DistServe.FirstLimit && request.ToEach <= DistServe.EachLimit) / (double)served.Count;

    /// <summary>Whether the 90th percentiles meet their limits.</summary>
    public bool MeetsBoth => At(request => request.ToFirst, 0.9) < DistServe.FirstLimit && At(request => request.ToEach, 0.9) < DistServe.EachLimit;

    public TimeSpan At(Func<ServedRequest, TimeSpan> time, double share)
    {
        TimeSpan[] times = [.. served.Select(time).Order()];
        return times[Math.Min(times.Length - 1, (int)(share * times.Length))];
    }
}
