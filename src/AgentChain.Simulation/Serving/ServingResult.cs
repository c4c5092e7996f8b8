namespace AgentChain.Simulation;

/// <summary>Represents how requests fared in a setup. Immutable.</summary>
public sealed class ServingResult
{
    readonly double[] _inOrder = [];

    internal ServingResult(ServingSetup setup, ServingOptions options, IReadOnlyCollection<ServedRequest> served)
    {
        Setup = setup;
        Requests = served.Count;
        if (served.Count == 0)
        {
            Attainment = 1;
            return;
        }

        _inOrder = [.. served.Select(request => request.Stretch(options))];
        double[] stretches = [.. _inOrder.Order()];
        Attainment = (double)stretches.Count(static stretch => stretch <= 1) / stretches.Length;
        Stretch = stretches[At90];
        FirstToken = served.Select(request => request.First).Order().ElementAt(At90);
        EachToken = served.Select(request => request.Each).Order().ElementAt(At90);
    }

    /// <summary>Gets the mode and the size of chunks: the last ones, if they were changed.</summary>
    public ServingSetup Setup { get; }

    /// <summary>Gets the mode of <see cref="Setup"/>.</summary>
    public ServingMode Mode => Setup.Mode;

    /// <summary>Gets the number of requests.</summary>
    public int Requests { get; }

    /// <summary>Gets the share of the requests that met both limits, from 0 to 1.</summary>
    public double Attainment { get; }

    /// <summary>Gets the time to the first token that 90 percent of the requests stayed within.</summary>
    public TimeSpan FirstToken { get; }

    /// <summary>Gets the time for each further token that 90 percent of the requests stayed within.</summary>
    public TimeSpan EachToken { get; }

    /// <summary>Gets the share of their limits that 90 percent of the requests stayed within; 1 if just 90 percent met them.</summary>
    public double Stretch { get; }

    /// <summary>Returns the share of the last requests that met both limits.</summary>
    internal double AttainmentOfLast(int requests) =>
        _inOrder.Length == 0 ? 1 : _inOrder.TakeLast(requests).Count(static stretch => stretch <= 1) / (double)Math.Min(requests, _inOrder.Length);

    int At90 => Math.Max(0, (int)Math.Ceiling(Requests * 0.9) - 1);

    /// <summary>Describes the result in one line.</summary>
    /// <returns>A string such as <c>Chunked (512): 94.1 %, first token 212 ms, each further 11.2 ms (p90)</c>.</returns>
    public override string ToString() => OptionCheck.Text(
        $"{Setup}: {Attainment * 100:0.0} %, first token {FirstToken.TotalMilliseconds:0} ms, each further {EachToken.TotalMilliseconds:0.0} ms (p90)");
}
