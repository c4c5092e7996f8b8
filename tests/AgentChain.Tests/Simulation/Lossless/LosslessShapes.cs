using System.Runtime.CompilerServices;
using AgentChain.Simulation;

namespace AgentChain.Tests.Simulation.Lossless;

/// <summary>Two branches side by side.</summary>
sealed record BranchesShape(string Name, IReadOnlyList<LosslessStep> Left, IReadOnlyList<LosslessStep> Right) : LosslessStep(Name)
{
    public override ChainBuilder<long, long> Add(ChainBuilder<long, long> chain, LosslessWorld world) => chain.Parallel(
        Name, l => AddAll(Left, l, world), r => AddAll(Right, r, world), (x, l, r) => Join(x, l, r));

    public override IEnumerable<Possibility> Evaluate(Possibility input, LosslessWorld world)
    {
        List<Possibility> left = [.. EvaluateAll(Left, input with { Effects = [] }, world)];
        List<Possibility> right = [.. EvaluateAll(Right, input with { Effects = [] }, world)];
        foreach (Possibility l in left)
        {
            foreach (Possibility r in right)
            {
                // Whichever fails first ends the turn; the other may have had any of its effects by then.
                IReadOnlyList<string> effects = [.. input.Effects, .. l.Effects, .. r.Effects];
                if (l.Ends || r.Ends)
                {
                    foreach (Possibility end in new[] { l, r }.Where(p => p.Ends))
                    {
                        yield return end with { Effects = effects };
                    }

                    continue;
                }

                // What the right branch carried comes on top.
                (long, int) carried = r.Carried.Times > input.Carried.Times ? (r.Carried.Value, r.Carried.Times + l.Carried.Times) : l.Carried;
                yield return new Possibility(Join(input.Value, l.Value, r.Value), effects, carried);
            }
        }
    }

    public override string Describe(string indent) => Name + DescribeAll(indent, "left", Left) + DescribeAll(indent, "right", Right);

    static long Join(long x, long l, long r) => unchecked((x * 31) + (l * 17) + r);
}

/// <summary>A router that decides at once, that names candidates first, or whose leading candidate changes while it decides.</summary>
sealed record RouterShape(string Name, IReadOnlyList<IReadOnlyList<LosslessStep>> Routes, RouterKind Kind) : LosslessStep(Name)
{
    public override ChainBuilder<long, long> Add(ChainBuilder<long, long> chain, LosslessWorld world) => Kind switch
    {
        RouterKind.AtOnce => chain.Route(Name, x => Label(Taken(x)), r => AddRoutes(r, world)),
        RouterKind.Candidates => chain.Route(Name, new Slow(this, world), r => AddRoutes(r, world), o => o.Candidates((x, _) => Candidates(x, world))),
        RouterKind.Guessed => chain.Route(Name, new Slow(this, world), r => AddRoutes(r, world), o => o.Speculate()
            .Predict((x, _) => Hypothesis.Tentative(Label(world.Fate.Draw(Name, x, "guess", 3)), 0.7))),
        _ => chain.Route(Name, new Wavering(this, world), r => AddRoutes(r, world)),
    };

    public override IEnumerable<Possibility> Evaluate(Possibility input, LosslessWorld world) =>
        Kind != RouterKind.AtOnce && world.Fails(Name, input.Value)
            ? [input.End(Name)]
            : EvaluateAll(Routes[Taken(input.Value)], input, world);

    public override string Describe(string indent) => $"{Name} {Kind}" + string.Concat(Routes.Select((r, i) => DescribeAll(indent, Label(i), r)));

    RouteBuilder<long, long> AddRoutes(RouteBuilder<long> routes, LosslessWorld world) => routes
        .To(Label(0), b => AddAll(Routes[0], b, world))
        .To(Label(1), b => AddAll(Routes[1], b, world))
        .Otherwise(Label(2), b => AddAll(Routes[2], b, world));

    IEnumerable<Hypothesis<string>> Candidates(long x, LosslessWorld world)
    {
        int first = world.Fate.Draw(Name, x, "candidate", 4);
        yield return Hypothesis.Tentative(first == 3 ? "nowhere" : Label(first), 0.6);
        yield return Hypothesis.Tentative(Label((first + 1) % 3), 0.3);
    }

    string Label(int route) => $"{Name} {route}";

    static int Taken(long value) => (int)((ulong)value % 3);

    sealed class Slow(RouterShape shape, LosslessWorld world) : IBlock<long, string>
    {
        public ValueTask<string> InvokeAsync(long input, BlockContext context, CancellationToken cancellationToken) => world.Return(shape.Name, input, async () =>
        {
            await world.WorkAsync(shape.Name, input, context, cancellationToken);
            return shape.Label(Taken(input));
        });
    }

    sealed class Wavering(RouterShape shape, LosslessWorld world) : IRevisingBlock<long, string>
    {
        public IAsyncEnumerable<Hypothesis<string>> InvokeAsync(long input, BlockContext context, CancellationToken cancellationToken) => world.Items(
            shape.Name, input, () => world.Fails(shape.Name, input) ? 2 : -1, PublishAsync(input, context, cancellationToken));

        async IAsyncEnumerable<Hypothesis<string>> PublishAsync(long input, BlockContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            yield return Hypothesis.Tentative(shape.Label(world.Fate.Draw(shape.Name, input, "first", 3)), 0.4);
            await world.Delay(world.Fate.Draw(shape.Name, input, "wavers", 25), cancellationToken);
            yield return Hypothesis.Tentative(shape.Label(world.Fate.Draw(shape.Name, input, "second", 3)), 0.7);
            await world.WorkAsync(shape.Name, input, context, cancellationToken);
            yield return Hypothesis.Final(shape.Label(Taken(input)));
        }
    }
}

enum RouterKind
{
    AtOnce,
    Candidates,
    Guessed,
    Wavering,
}

/// <summary>A chain inside the chain, with or without a budget and a value to fall back to.</summary>
sealed record InnerShape(string Name, IReadOnlyList<LosslessStep> Inner) : LosslessStep(Name)
{
    public override ChainBuilder<long, long> Add(ChainBuilder<long, long> chain, LosslessWorld world) =>
        chain.Then(Name, world.Inner(AddAll(Inner, Chain.From<long>(Name + " chain"), world)));

    public override IEnumerable<Possibility> Evaluate(Possibility input, LosslessWorld world) =>
        EvaluateAll(Inner, input, world).Select(p => p.Ends ? p with { EndedBy = $"{Name}/{p.EndedBy}" } : p);

    public override string Describe(string indent) => Name + DescribeAll(indent, "inner", Inner);
}

/// <summary>Whether and when the items of a stream are guessed.</summary>
enum ItemsGuess
{
    None,
    AtOnce,
    Slowly,
}

/// <summary>A stream, whose items may be guessed, something for each item, pairs of them, gathered again.</summary>
sealed record ItemsShape(string Name, bool Speculates, ItemsGuess Guessed, bool EachSpeculates) : LosslessStep(Name)
{
    string Each => Name + " each";

    public override ChainBuilder<long, long> Add(ChainBuilder<long, long> chain, LosslessWorld world) => chain
        .Stream<long>(Name, (x, context, token) => world.Items(Name, x, () => FailsAt(x, world), Produce(x, context, world, token)), o => Guessing(Speculating(o, Speculates), world))
        .ThenEach(Name + " thrice", (long x) => unchecked(x * 3))
        .StreamEach<long>(
            Each, (x, context, token) => world.Items(Each, x, () => world.Fails(Each, x) ? 1 : -1, Twice(x, context, world, token)), o => Speculating(o, EachSpeculates))
        .TapEach(Name + " tap", (x, context) => world.Effect(context.TurnId, $"{Name} tap:{x}"))
        .Collect(Name + " all")
        .Then(Name + " sum", items => items.Aggregate(7L, (sum, x) => unchecked((sum * 31) + x)));

    public override IEnumerable<Possibility> Evaluate(Possibility input, LosslessWorld world)
    {
        List<string> effects = [.. input.Effects];
        long sum = 7;
        string? failed = null;
        string? eachFailed = null;
        foreach (long item in Items(input.Value, world))
        {
            if (world.Fails(Name, item))
            {
                failed = Name;
                break;
            }

            long tripled = unchecked(item * 3);
            if (eachFailed is not null)
            {
                continue;
            }

            foreach (long made in new[] { tripled - 1, tripled + 1 })
            {
                if (made > tripled && world.Fails(Each, tripled))
                {
                    eachFailed = Each;
                    break;
                }

                effects.Add($"{Name} tap:{made}");
                sum = unchecked((sum * 31) + made);
            }
        }

        if (failed is null && eachFailed is null)
        {
            return [input with { Value = sum, Effects = effects }];
        }

        return new[] { failed, eachFailed }.OfType<string>().Select(block => (input with { Effects = effects }).End(block));
    }

    void Guessing(StreamSetup<long, long> options, LosslessWorld world)
    {
        switch (Guessed)
        {
            case ItemsGuess.AtOnce:
                options.Predict((x, _) => Guess(x, world));
                break;
            case ItemsGuess.Slowly:
                options.Predict(new Predictor(this, world));
                break;
        }
    }

    /// <summary>The items, or too few, too many or others.</summary>
    Hypothesis<IReadOnlyList<long>>? Guess(long x, LosslessWorld world)
    {
        List<long> items = [.. Items(x, world)];
        switch (world.Fate.Draw(Name, x, "guess", 7))
        {
            case 0:
                return null;
            case 1:
                throw new PlannedFaultException();
            case 2:
                items.RemoveRange(items.Count / 2, items.Count - (items.Count / 2));
                break;
            case 3:
                items.AddRange([x, x]);
                break;
            case 4 when items.Count > 0:
                items[world.Fate.Draw(Name, x, "guess at", items.Count)]--;
                break;
        }

        return Hypothesis.Tentative<IReadOnlyList<long>>(items, world.Fate.Draw(Name, x, "guess P", 8) == 0 ? double.NaN : 0.8);
    }

    IEnumerable<long> Items(long x, LosslessWorld world) =>
        Enumerable.Range(0, world.Fate.Draw(Name, x, "count", 5)).Select(i => unchecked(x + (i * (x & 1))));

    int FailsAt(long x, LosslessWorld world) => Items(x, world).TakeWhile(item => !world.Fails(Name, item)).Count() is var whole && whole < Items(x, world).Count() ? whole : -1;

    static StreamSetup<long, long> Speculating(StreamSetup<long, long> options, bool speculates)
    {
        if (speculates)
        {
            options.Speculate();
        }

        return options.StreamCapacity(2);
    }

    async IAsyncEnumerable<long> Produce(long x, BlockContext context, LosslessWorld world, [EnumeratorCancellation] CancellationToken token)
    {
        foreach (long item in Items(x, world))
        {
            await world.WorkAsync(Name, item, context, token);
            yield return item;
        }
    }

    async IAsyncEnumerable<long> Twice(long x, BlockContext context, LosslessWorld world, [EnumeratorCancellation] CancellationToken token)
    {
        yield return x - 1;
        await world.WorkAsync(Each, x, context, token);
        yield return x + 1;
    }

    sealed class Predictor(ItemsShape shape, LosslessWorld world) : IBlock<long, Hypothesis<IReadOnlyList<long>>>
    {
        public async ValueTask<Hypothesis<IReadOnlyList<long>>> InvokeAsync(long input, BlockContext context, CancellationToken cancellationToken)
        {
            await world.Delay(world.Fate.Draw(shape.Name, input, "predictor", 20), cancellationToken);
            return shape.Guess(input, world) ?? default;
        }
    }
}
