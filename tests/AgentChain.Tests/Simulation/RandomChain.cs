namespace AgentChain.Tests.Simulation;

/// <summary>A chain generated from a seed.</summary>
sealed class RandomChain
{
    readonly Random _random;
    int _names;

    RandomChain(int seed) => _random = new Random(seed);

    public static IReadOnlyList<RandomStep> Steps(int seed)
    {
        var made = new RandomChain(seed);
        return made.Make(1 + made._random.Next(6), depth: 0);
    }

    List<RandomStep> Make(int count, int depth) => [.. Enumerable.Range(0, count).Select(_ => One(depth))];

    RandomStep One(int depth)
    {
        string name = $"b{_names++}";
        return _random.Next(depth < 2 ? 11 : 6) switch
        {
            0 or 1 => new SyncStep(name, _random.Next(2, 9)),
            2 or 3 => Async(name),
            4 => new ReviseStep(name),
            5 => new StreamStep(name),
            6 or 7 => new ParallelShape(name, Some(depth), Some(depth)),
            8 => new RouteShape(name, [Some(depth), Some(depth), Some(depth)]),
            9 => new LoopShape(name, Some(depth), _random.Next(1, 4)),
            _ => SubChain(name, Some(depth), depth),
        };
    }

    /// <summary>A budget inside must not be larger than the one around it.</summary>
    SubChainShape SubChain(string name, List<RandomStep> inner, int depth) =>
        new(name, inner, Budget() + (depth == 0 ? 110 : 60), _random.Next(2) == 0);

    AsyncStep Async(string name)
    {
        double? budget = Budget();
        return new(name, budget, budget is null ? OverrunAction.Report : (OverrunAction)_random.Next(3), _random.Next(2) == 0);
    }

    List<RandomStep> Some(int depth) => Make(_random.Next(1, 4), depth + 1);

    double? Budget() => _random.Next(3) == 0 ? _random.Next(0, 40) + 0.5 : (double?)null;
}
