using AgentChain;
using AgentChain.Simulation;
using CapacityPlanner.Description;

namespace CapacityPlanner;

/// <summary>What the simulator needs, made from a description.</summary>
sealed class PlannedChain(ChainDescription description, string folder)
{
    public ArrivalTrace Arrivals { get; } = Trace(description.Arrivals, folder);

    public IReadOnlyList<DeviceGroup> Devices { get; } =
    [
        .. description.Devices.Select(device => new DeviceGroup(device.Name, device.Servers)
        {
            MostServers = device.MostServers,
            Cost = device.Cost,
            Batching = Batching(device.Batching),
        }),
    ];

    public SimulationOptions Options { get; } = new()
    {
        Objective = Limits(description.Objective),
        Seeds = description.Seeds,
        WaitForRoom = description.WaitForRoom,
    };

    public PlanOptions PlanOptions => new()
    {
        Target = description.Plan.Target,
        MaxSimulations = description.Plan.MaxSimulations,
        Simulation = Options,
    };

    public ChainBase<Arrival, Arrival> Build(SimulationSetup setup)
    {
        ChainBuilder<Arrival, Arrival> chain = Chain.From<Arrival>(description.Name);
        StageDescription last = description.Stages[^1];
        bool batches = Array.Exists(description.Devices, device => device.Name == last.Device && device.Batching is not null);
        foreach (StageDescription stage in description.Stages.SkipLast(last.Each is null && !batches ? 0 : 1))
        {
            LatencyDescription latency = stage.Latency!;
            chain = chain.Then(stage.Name, new SimulatedBlock<Arrival, Arrival>(Latency(latency), arrival => arrival)
            {
                Device = DeviceOf(setup, stage),
                Seed = setup.Seed,
                Size = arrival => Microseconds(latency, arrival),
            });
        }

        ChainOptions options = setup.Options(o =>
        {
            o.Budget = description.Budget is { } budget ? Limits(budget) : LatencyBudget.None;
            o.MaxTurns = description.MaxTurns;
        });
        return batches ? chain.Stream(last.Name, Batched(setup, last)).Build(options)
            : last.Each is null ? chain.Build(options)
            : chain.Stream(last.Name, Stream(setup, last, last.Latency!, last.Each)).Build(options);
    }

    static SimulatedBatchedModel<Arrival, Arrival> Batched(SimulationSetup setup, StageDescription stage) => new(
        setup.BatchDevice(stage.Device!), arrival => arrival.InputTokens, arrival => Enumerable.Repeat(arrival, Math.Max(1, arrival.OutputTokens)))
    {
        PromptDevice = stage.PromptDevice is { } device ? setup.BatchDevice(device) : null,
    };

    static SimulatedBatchOptions? Batching(BatchDescription? batching) => batching is null ? null : new(step => TimeSpan.FromMilliseconds(
        step.Prompts > 0
            ? batching.PromptMs + (batching.PerPromptTokenMs * step.PromptTokens) + (batching.PerSquaredPromptTokenMs * step.SquaredPromptTokens)
            : batching.StepMs + (batching.PerSequenceMs * step.Sequences) + (batching.PerContextTokenMs * step.ContextTokens)))
    {
        MaxBatch = batching.MaxBatch,
        MaxPromptTokens = batching.MaxPromptTokens,
        MaxCachedTokens = batching.MaxCachedTokens,
    };

    static SimulatedStreamBlock<Arrival, Arrival> Stream(
        SimulationSetup setup, StageDescription stage, LatencyDescription latency, LatencyDescription each) => new(
        Latency(latency),
        each.RecordedMs is null ? LatencyModel.Fixed(TimeSpan.FromMilliseconds(each.Ms)).WithNoise(each.Sigma) : Latency(each),
        arrival => Enumerable.Repeat(arrival, Math.Max(1, (arrival.OutputTokens + stage.TokensPerItem - 1) / stage.TokensPerItem)))
    {
        Device = DeviceOf(setup, stage),
        ItemDevice = DeviceOf(setup, stage),
        Seed = setup.Seed,
        Size = arrival => Microseconds(latency, arrival),
    };

    static SimulatedDevice? DeviceOf(SimulationSetup setup, StageDescription stage) =>
        stage.Device is { } device ? setup.Device(device) : null;

    /// <summary>The median of a latency, as the size of its model: microseconds, which a model of one per unit turns back into time.</summary>
    static int Microseconds(LatencyDescription latency, Arrival arrival) => (int)Math.Min(int.MaxValue, 1000 * (
        latency.Ms + (latency.PerInputTokenMs * arrival.InputTokens) + (latency.PerOutputTokenMs * arrival.OutputTokens)));

    static LatencyModel Latency(LatencyDescription latency) => (latency.RecordedMs is { } times
        ? LatencyModel.Recorded(times.Select(TimeSpan.FromMilliseconds))
        : LatencyModel.PerToken(TimeSpan.Zero, TimeSpan.FromMicroseconds(1))).WithNoise(latency.Sigma);

    static LatencyBudget Limits(LimitsDescription limits)
    {
        LatencyBudget budget = LatencyBudget.None;
        budget = limits.TotalMs is { } total ? budget.AndTotal(TimeSpan.FromMilliseconds(total)) : budget;
        budget = limits.FirstOutputMs is { } first ? budget.AndFirstOutput(TimeSpan.FromMilliseconds(first)) : budget;
        return limits.StallMs is { } stall ? budget.AndStall(TimeSpan.FromMilliseconds(stall)) : budget;
    }

    static ArrivalTrace Trace(ArrivalDescription arrivals, string folder)
    {
        if (arrivals.File is not { } file)
        {
            return ArrivalTrace.Bursty(arrivals.Rate!.Value, arrivals.Variation, arrivals.Count!.Value).WithTokens(key => (
                Tokens(key.Fold("input"), arrivals.InputTokens), Tokens(key.Fold("output"), arrivals.OutputTokens)));
        }

        ArrivalTrace trace = ArrivalTrace.FromFile(Path.Combine(folder, file));
        trace = arrivals.Count is { } count ? trace.Take(count) : trace;
        return arrivals.Rate is { } rate ? trace.AtRate(rate) : trace;

        int Tokens(RandomKey key, int median) =>
            (int)Math.Clamp(Math.Round(median * Math.Exp(arrivals.TokenSigma * key.Normal())), 0, 100_000_000);
    }
}
