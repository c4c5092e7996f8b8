namespace AgentChain.Tests.Simulation.Lossless;

/// <summary>A chain that speculates, of up to eight blocks outside of its branches, generated from a seed.</summary>
sealed class LosslessChain
{
    readonly Random _random;
    int _names;

    LosslessChain(int seed) => _random = new Random(seed);

    public static IReadOnlyList<LosslessStep> Steps(int seed)
    {
        var made = new LosslessChain(seed);

        // A source first and something that speculates last, so that no chain is without.
        List<LosslessStep> steps = [new HypothesesStep(made.Next(), Speculates: false)];
        bool reached = true;
        made.Make(steps, made._random.Next(1, 6), depth: 0, ref reached);
        if (!reached)
        {
            steps.Add(new HypothesesStep(made.Next(), Speculates: false));
        }

        steps.Add(new WorkStep(made.Next(), Speculates: true, made.Maybe, made.Maybe, Hooked: false, null, OverrunAction.Report));
        return steps;
    }

    bool Maybe => _random.Next(2) == 0;

    string Next() => $"b{_names++}";

    List<LosslessStep> Some(int depth, ref bool reached)
    {
        List<LosslessStep> steps = [];
        Make(steps, _random.Next(1, 4), depth + 1, ref reached);
        return steps;
    }

    void Make(List<LosslessStep> steps, int count, int depth, ref bool reached)
    {
        for (int i = 0; i < count; i++)
        {
            steps.Add(One(depth, ref reached));
        }
    }

    /// <summary>
    /// Creates a step, and tracks whether hypotheses can leave it, because a block that none can reach must not speculate.
    /// </summary>
    LosslessStep One(int depth, ref bool reached)
    {
        string name = Next();
        bool speculates = reached && _random.Next(4) != 0;
        switch (_random.Next(depth < 2 ? 16 : 11))
        {
            case 0 or 1:
                return new FusedStep(name, Maybe, Maybe);
            case 2 or 3 or 4:
                reached &= speculates;
                bool limited = _random.Next(4) == 0;
                return new WorkStep(
                    name, speculates, Maybe, Maybe, speculates && Maybe, limited ? _random.Next(0, 40) + 0.5 : null, limited ? (OverrunAction)_random.Next(3) : OverrunAction.Report);
            case 5:
                bool tap = Maybe;
                reached &= tap;
                return new EffectStep(name, Maybe, tap);
            case 6 or 7:
                reached = true;
                return new HypothesesStep(name, speculates);
            case 8:
                reached = true;
                return new GuessedStep(name, Maybe, speculates);
            case 9 when reached:
                reached = false;
                return new WarmedStep(name);
            case 9 or 10:
                var guessed = (ItemsGuess)_random.Next(3);
                bool each = (speculates || guessed != ItemsGuess.None) && Maybe;
                reached = each;
                return new ItemsShape(name, speculates, guessed, each);
            case 11 or 12:
                bool left = reached;
                bool right = reached;
                var branches = new BranchesShape(name, Some(depth, ref left), Some(depth, ref right));
                reached = left || right;
                return branches;
            case 13 or 14:
                var kind = (RouterKind)_random.Next(4);
                if (kind == RouterKind.Guessed && !reached)
                {
                    kind = RouterKind.Candidates;
                }

                bool into = kind != RouterKind.AtOnce || reached;
                bool[] ends = [into, into, into];
                var router = new RouterShape(name, [Some(depth, ref ends[0]), Some(depth, ref ends[1]), Some(depth, ref ends[2])], kind);
                reached = ends.Any(e => e);
                return router;
            default:
                return Inner(name, depth, ref reached);
        }
    }

    /// <summary>A chain inside is checked by itself too, where nothing can reach it: it begins with a source of its own.</summary>
    InnerShape Inner(string name, int depth, ref bool reached)
    {
        reached = true;
        List<LosslessStep> steps = [new HypothesesStep(Next(), Speculates: false)];
        Make(steps, _random.Next(1, 3), depth + 1, ref reached);
        return new InnerShape(name, steps);
    }
}
