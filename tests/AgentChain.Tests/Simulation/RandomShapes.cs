using AgentChain.Simulation;

namespace AgentChain.Tests.Simulation;

/// <summary>Two branches side by side.</summary>
sealed record ParallelShape(string Name, IReadOnlyList<RandomStep> Left, IReadOnlyList<RandomStep> Right) : RandomStep(Name)
{
    public override ChainBuilder<long, long> Add(ChainBuilder<long, long> chain, VirtualWorld world, Fate fate) => chain.Parallel(
        Name, l => AddAll(Left, l, world, fate), r => AddAll(Right, r, world, fate), (x, l, r) => Join(x, l, r));

    public override Prediction Predict(long value, long at, Fate fate, string path)
    {
        Prediction left = PredictAll(Left, value, at, fate, path);
        Prediction right = PredictAll(Right, value, at, fate, path);
        return left.Ends || right.Ends
            ? Prediction.Sooner(left, right)
            : new(Math.Max(left.At, right.At), Join(value, left.Value, right.Value));
    }

    static long Join(long x, long l, long r) => unchecked((x * 31) + (l * 17) + r);
}

/// <summary>A router with two routes and one for everything else.</summary>
sealed record RouteShape(string Name, IReadOnlyList<IReadOnlyList<RandomStep>> Routes) : RandomStep(Name)
{
    public override ChainBuilder<long, long> Add(ChainBuilder<long, long> chain, VirtualWorld world, Fate fate) => chain.Route(
        Name,
        x => $"{Name} {Taken(x)}",
        r => r
            .To($"{Name} 0", b => AddAll(Routes[0], b, world, fate))
            .To($"{Name} 1", b => AddAll(Routes[1], b, world, fate))
            .Otherwise($"{Name} 2", b => AddAll(Routes[2], b, world, fate)));

    public override Prediction Predict(long value, long at, Fate fate, string path) => PredictAll(Routes[Taken(value)], value, at, fate, path);

    static int Taken(long value) => (int)((ulong)value % 3);
}

/// <summary>A loop that ends by itself or at its bound.</summary>
sealed record LoopShape(string Name, IReadOnlyList<RandomStep> Body, int Rounds) : RandomStep(Name)
{
    public override ChainBuilder<long, long> Add(ChainBuilder<long, long> chain, VirtualWorld world, Fate fate) =>
        chain.Loop(Name, b => AddAll(Body, b, world, fate), Again, LoopBound.TakeLast(Rounds));

    public override Prediction Predict(long value, long at, Fate fate, string path)
    {
        var last = new Prediction(at, value);
        for (int round = 0; round < Rounds; round++)
        {
            last = PredictAll(Body, last.Value, last.At, fate, path);
            if (last.Ends || !Again(last.Value))
            {
                break;
            }
        }

        return last;
    }

    static bool Again(long value) => (value & 3) != 0;
}

/// <summary>A sub-chain, with or without a budget and a value to fall back to.</summary>
sealed record SubChainShape(string Name, IReadOnlyList<RandomStep> Inner, double? Budget, bool FallsBack) : RandomStep(Name)
{
    public override ChainBuilder<long, long> Add(ChainBuilder<long, long> chain, VirtualWorld world, Fate fate)
    {
        Chain<long, long> inner = AddAll(Inner, Chain.From<long>(Name + " chain"), world, fate).Build(world.Options());
        return chain.Then(Name, inner, o =>
        {
            if (!fate.IsNarrow && Budget is { } budget)
            {
                o.Budget(TimeSpan.FromMilliseconds(budget));
                if (FallsBack)
                {
                    o.OnOverrun(Overrun.Fallback(-99L));
                }
                else
                {
                    o.OnOverrun(Overrun.Cancel);
                }
            }
        });
    }

    public override Prediction Predict(long value, long at, Fate fate, string path)
    {
        Prediction inner = PredictAll(Inner, value, at, fate, $"{path}{Name}/");
        if (fate.IsNarrow || Budget is not { } budget || inner.At < at + Ms(budget))
        {
            return inner;
        }

        Prediction own = FallsBack ? new(at + Ms(budget), -99) : Prediction.End(at + Ms(budget), TurnOutcome.DeadlineExceeded, path + Name);
        return inner.At > own.At ? own : Prediction.Sooner(inner, own);
    }
}
