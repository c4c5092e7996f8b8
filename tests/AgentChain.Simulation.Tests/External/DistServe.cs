namespace AgentChain.Simulation.Tests.External;

/// <summary>
/// A chain of a prefill and a decode stage on devices of their own, with DistServe's fitted times of OPT-13B, simulated as its authors
/// simulate theirs: Poisson arrivals, a limit of 200 ms for the first token and of 100 ms for each further one, both met at the 90th
/// percentile.
/// </summary>
/// <param name="prefill">The times of the prefill's devices.</param>
/// <param name="decode">The times of the decode's devices.</param>
/// <param name="devices">The number of devices of both.</param>
sealed class DistServe(FittedCosts prefill, FittedCosts decode, int devices)
{
    /// <summary>The limits of the first token and of the mean time to each further one.</summary>
    public static readonly TimeSpan FirstLimit = 200.Milliseconds(), EachLimit = 100.Milliseconds();

    public int Devices => devices;

    /// <summary>Simulates some requests.</summary>
    /// <param name="perDevice">Requests a second for each device.</param>
    /// <param name="requests">The number of requests.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="cached">The tokens that fit into the cache of the decode's device; not limited by default, as in DistServe's simulator.</param>
    public ServedTimes Run(double perDevice, int requests, long seed, int cached = int.MaxValue)
    {
        List<ServedRequest> served = new(requests);
        SimulationRun run = Simulator.Run(
            setup => Build(setup),
            arrival => Add(served, new(arrival)),
            ArrivalTrace.Poisson(perDevice * devices, requests).WithTokens(ShareGptLengths.Draw),
            [new DeviceGroup("prefill") { Batching = new(prefill.Of) }, new DeviceGroup("decode") { Batching = new(decode.Of) { MaxCachedTokens = cached } }],
            new() { FirstSeed = seed, MaxParallel = 1 }).All;
        return new(served, run);
    }

    /// <summary>
    /// Finds the largest rate for each device that meets both limits, as DistServe's search does: halves the range from 0 to 5 until it is
    /// shorter than 0.25.
    /// </summary>
    public double Search(int requests, long seed)
    {
        double low = 0, high = 5;
        while (high - low >= 0.25)
        {
            double rate = (low + high) / 2;
            (low, high) = Run(rate, requests, seed).MeetsBoth ? (rate, high) : (low, rate);
        }

        return low;
    }

    static ServedRequest Add(List<ServedRequest> served, ServedRequest request)
    {
        served.Add(request);
        return request;
    }

    static Chain<ServedRequest, ServedRequest> Build(SimulationSetup setup)
    {
        SimulatedBatchDevice prefill = setup.BatchDevice("prefill"), decode = setup.BatchDevice("decode");
        return Chain.From<ServedRequest>("disaggregated")
            .Then("prefill", async (ServedRequest request, BlockContext context, CancellationToken token) =>
            {
                await prefill.PromptAsync(request.Arrival.InputTokens, context, token);
                request.First = setup.World.Elapsed;
                return request;
            })
            .Then("decode", async (ServedRequest request, BlockContext context, CancellationToken token) =>
            {
                await decode.GenerateAsync(request.Arrival.InputTokens, request.Arrival.OutputTokens, context, token);
                request.Last = setup.World.Elapsed;
                return request;
            })
            .Build(setup.Options(o => o.MaxTurns = 1_000_000));
    }
}
