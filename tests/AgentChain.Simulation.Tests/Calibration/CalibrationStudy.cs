using AgentChain.Costs;

namespace AgentChain.Simulation.Tests.Calibration;

/// <summary>
/// A chain of four blocks that learns its costs from traffic, and of whose turns the probability to be on time is predicted: before the
/// start, and again after each block. The limit is another for each turn, from 0.7 to 1.5 times its expected median. Virtual time.
/// </summary>
sealed class CalibrationStudy
{
    readonly CostBook _costs = new();
    readonly List<double> _times = [];
    TurnForecast? _forecast;
    long _learn;
    long _begun;
    bool _isShared;

    /// <summary>What was predicted before the turns.</summary>
    public Reliability AtStart { get; } = new();

    /// <summary>What was predicted within the turns.</summary>
    public Reliability Inside { get; } = new();

    /// <summary>The simulation's own result.</summary>
    public SimulationRun? Result { get; private set; }

    /// <summary>The times of the turns after learning, in ascending order, in milliseconds.</summary>
    public IReadOnlyList<double> Times => _times;

    /// <summary>Simulates turns.</summary>
    /// <param name="learn">The number of turns before the first prediction.</param>
    /// <param name="turns">The number of turns that are predicted.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="load">
    /// The load of the busiest device, on which turns wait for each other; null for as many devices as needed.
    /// </param>
    /// <param name="isShared">
    /// Whether the same lengths drive several blocks: what is said long is transcribed long and read long. Otherwise each block has its own.
    /// </param>
    public static CalibrationStudy Run(int learn, int turns, long seed, double? load = null, bool isShared = true)
    {
        var study = new CalibrationStudy { _learn = learn, _isShared = isShared };
        study._forecast = new([.. TalkChain.Names.Select(name => study._costs.Of(name))]);
        ArrivalTrace arrivals = TalkChain.Arrivals(load ?? 1, learn + turns);
        study.Result = Simulator.Run(
            setup => study.Build(setup, load is not null),
            study.Begin,
            arrivals,
            TalkChain.Names.Select(name => new DeviceGroup(name, TalkChain.Servers)),
            new() { FirstSeed = seed, MaxParallel = 1 }).All;
        study._times.Sort();
        return study;
    }

    /// <summary>Returns the share of the turns on time that the plan of the chain expects for a limit.</summary>
    public double Planned(TimeSpan limit) => VirtualWorld.Run(async world =>
    {
        await using Chain<Talk, Talk> chain = TalkChain.Steps((_, time) => new SimulatedBlock<Talk, Talk>(time, talk => talk))
            .Build(world.Options(o => (o.Costs, o.Budget) = (_costs, LatencyBudget.Total(limit))));
        return chain.Explain().OnTime!.Value;
    });

    Chain<Talk, Talk> Build(SimulationSetup setup, bool waits) => TalkChain
        .Steps((at, time) => new SimulatedBlock<Talk, Talk>(time, talk => Ended(talk, at, setup.World.Elapsed))
        {
            Size = talk => talk.Microseconds(at),
            Device = waits ? setup.Device(TalkChain.Names[at]) : null,
            Seed = setup.Seed,
        })
        .Build(setup.Options(o => (o.Costs, o.MaxTurns) = (_costs, 1_000_000)));

    Talk Begin(Arrival arrival)
    {
        if (_begun++ < _learn)
        {
            return new(arrival, _isShared);
        }

        // The limits are spread evenly, so that every probability is predicted about as often.
        var features = new Talk(arrival, _isShared).Features;
        TimeSpan limit = _forecast!.Median(features) * (0.7 + (0.8 * RandomKey.Of(9).Fold(arrival.Row).Uniform()));
        return new(arrival, _isShared) { Limit = limit, AtStart = _forecast.ProbabilityWithin(0, features, limit) };
    }

    Talk Ended(Talk talk, int block, TimeSpan now)
    {
        if (talk.AtStart is not { } atStart)
        {
            return talk;
        }

        TimeSpan spent = now - talk.Arrival.Time;
        if (block < TalkChain.Names.Count - 1)
        {
            talk.Predict(_forecast!.ProbabilityWithin(block + 1, talk.Features, talk.Limit - spent));
            return talk;
        }

        bool isOnTime = spent <= talk.Limit;
        AtStart.Add(atStart, isOnTime);
        foreach (double probability in talk.Inside)
        {
            Inside.Add(probability, isOnTime);
        }

        _times.Add(spent.TotalMilliseconds);
        return talk;
    }
}
