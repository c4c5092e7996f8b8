namespace AgentChain.Simulation.Tests.Calibration;

/// <summary>Compares predicted probabilities with what happened, in ten bins.</summary>
sealed class Reliability
{
    readonly long[] _count = new long[10];
    readonly long[] _happened = new long[10];
    readonly double[] _predicted = new double[10];

    public void Add(double probability, bool happened)
    {
        int bin = Math.Min(9, (int)(probability * 10));
        _count[bin]++;
        _predicted[bin] += probability;
        _happened[bin] += happened ? 1 : 0;
    }

    /// <summary>The bins with enough predictions.</summary>
    public IEnumerable<(long Count, double Predicted, double Happened)> Bins(int enough) =>
        from bin in Enumerable.Range(0, 10)
        where _count[bin] >= enough
        select (_count[bin], _predicted[bin] / _count[bin], (double)_happened[bin] / _count[bin]);

    /// <summary>The largest difference in a bin with enough predictions.</summary>
    public double Worst(int enough) => Bins(enough).Select(bin => Math.Abs(bin.Predicted - bin.Happened)).DefaultIfEmpty(1).Max();
}
