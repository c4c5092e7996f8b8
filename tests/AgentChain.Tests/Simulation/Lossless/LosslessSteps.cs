using System.Runtime.CompilerServices;
using AgentChain.Simulation;
using AgentChain.Speculation;

namespace AgentChain.Tests.Simulation.Lossless;

/// <summary>A cheap block in place, that may carry something along.</summary>
sealed record FusedStep(string Name, bool Carries, bool Coarse) : LosslessStep(Name)
{
    public override ChainBuilder<long, long> Add(ChainBuilder<long, long> chain, LosslessWorld world) => chain.Then(Name, new Block(this, world));

    public override IEnumerable<Possibility> Evaluate(Possibility input, LosslessWorld world)
    {
        if (world.Fails(Name, input.Value))
        {
            return [input.End(Name)];
        }

        return [input with { Value = Make(input.Value), Carried = Carries ? (input.Value & 3, input.Carried.Times + 1) : input.Carried }];
    }

    long Make(long value) => Coarse ? value >> 2 : unchecked((value * 5) + 1);

    sealed class Block(FusedStep step, LosslessWorld world) : ISyncBlock<long, long>
    {
        public long Invoke(long input, BlockContext context)
        {
            if (world.Fails(step.Name, input))
            {
                throw new PlannedFaultException();
            }

            if (step.Carries)
            {
                context.Set(LosslessWorld.Carried, input & 3);
            }

            return step.Make(input);
        }
    }
}

/// <summary>A block that works for a while: with or without a commit key, reading carried values or not, with hooks or a budget.</summary>
sealed record WorkStep(string Name, bool Speculates, bool HasKey, bool Reads, bool Hooked, double? Budget, OverrunAction Overrun) : LosslessStep(Name)
{
    const long Fallen = -17;

    public override ChainBuilder<long, long> Add(ChainBuilder<long, long> chain, LosslessWorld world) => chain.Then(
        Name,
        Hooked ? new HookedBlock(this, world) : new Block(this, world),
        o =>
        {
            if (Speculates)
            {
                o.Speculate();
            }

            if (HasKey)
            {
                o.CommitKey(x => x >> 1);
            }

            if (world.Fate.Draw(Name, 0, "device", 3) == 0)
            {
                o.On("cpu");
            }

            if (Budget is { } budget)
            {
                o.Budget(TimeSpan.FromMilliseconds(budget));
                if (Overrun == OverrunAction.Fallback)
                {
                    o.OnOverrun(AgentChain.Overrun.Fallback(Fallen));
                }
                else
                {
                    o.OnOverrun(Overrun);
                }
            }
        });

    public override IEnumerable<Possibility> Evaluate(Possibility input, LosslessWorld world)
    {
        long key = Key(input.Value);
        Possibility own = world.Fails(Name, key) ? input.End(Name) : input with { Value = Make(key, input.Carried.Value) };
        if (Budget is not { } budget || world.Fate.Delay(Name, key) < budget)
        {
            return [own];
        }

        // Begun early, the block may be in time after all.
        return Overrun switch
        {
            OverrunAction.Cancel => [own, input.End(Name, TurnOutcome.DeadlineExceeded)],
            OverrunAction.Fallback => [own, input with { Value = Fallen }],
            _ => [own],
        };
    }

    long Key(long value) => HasKey ? value >> 1 : value;

    long Make(long key, long carried) => (key ^ 0x55) + (Reads ? carried : 0);

    class Block(WorkStep step, LosslessWorld world) : IBlock<long, long>
    {
        protected WorkStep Step => step;

        protected LosslessWorld World => world;

        public ValueTask<long> InvokeAsync(long input, BlockContext context, CancellationToken cancellationToken)
        {
            long key = step.Key(input);
            world.Check(context.Lease is { IsReleased: false } == (world.Fate.Draw(step.Name, 0, "device", 3) == 0), $"{step.Name} has no lease.");
            if (step.Hooked)
            {
                world.RunBegan(step.Name, context.RunNumber);
            }

            return world.Return(step.Name, key, () => WorkAsync(key, context, cancellationToken));
        }

        async ValueTask<long> WorkAsync(long key, BlockContext context, CancellationToken cancellationToken)
        {
            bool early = world.Fate.Draw(step.Name, key, "early", 2) == 0;
            long carried = early && step.Reads ? context.Get(LosslessWorld.Carried) : 0;
            await world.WorkAsync(step.Name, key, context, cancellationToken, step.Budget is not null);
            carried = !early && step.Reads ? context.Get(LosslessWorld.Carried) : carried;
            return step.Make(key, carried);
        }
    }

    sealed class HookedBlock(WorkStep step, LosslessWorld world) : Block(step, world), ICommitHooks
    {
        public async ValueTask OnCommittedAsync(BlockContext context, CancellationToken cancellationToken)
        {
            World.RunResolved(Step.Name, context.RunNumber);
            await World.Delay(World.Fate.Draw(Step.Name, context.RunNumber, "hook", 3), cancellationToken);
        }

        public ValueTask OnTerminatedAsync(BlockContext context, CancellationToken cancellationToken)
        {
            World.RunResolved(Step.Name, context.RunNumber);
            return default;
        }
    }
}

/// <summary>A block with an effect that must happen once; it may be reached by hypotheses and must not see them.</summary>
sealed record EffectStep(string Name, bool Withdraws, bool IsTap) : LosslessStep(Name)
{
    public override ChainBuilder<long, long> Add(ChainBuilder<long, long> chain, LosslessWorld world)
    {
        if (IsTap)
        {
            return chain.Tap(Name, (x, context) =>
            {
                world.Check(!context.IsSpeculative, $"{Name}, a tap, saw a hypothesis.");
                world.Effect(context.TurnId, $"{Name}:{x}");
            });
        }

        return chain.Then(
            Name,
            (long x, BlockContext context, CancellationToken token) =>
            {
                world.Check(!context.IsSpeculative, $"{Name}, which has effects, saw a hypothesis.");
                world.Effect(context.TurnId, $"{Name}:{x}");
                return world.Return(Name, x, async () =>
                {
                    await world.WorkAsync(Name, x, context, token);
                    return x + 1;
                });
            },
            o =>
            {
                o.Effect(Effect.Effectful);
                if (Withdraws)
                {
                    o.Withdraws();
                }
            });
    }

    public override IEnumerable<Possibility> Evaluate(Possibility input, LosslessWorld world)
    {
        Possibility done = input.With($"{Name}:{input.Value}");
        return [IsTap ? done : world.Fails(Name, input.Value) ? done.End(Name) : done with { Value = input.Value + 1 }];
    }
}

/// <summary>A block that publishes hypotheses, right and wrong, late and repeated, and then its final value.</summary>
sealed record HypothesesStep(string Name, bool Speculates) : LosslessStep(Name)
{
    public override ChainBuilder<long, long> Add(ChainBuilder<long, long> chain, LosslessWorld world) => chain.Revise(Name, new Block(this, world), o =>
    {
        if (Speculates)
        {
            o.Speculate();
        }
    });

    public override IEnumerable<Possibility> Evaluate(Possibility input, LosslessWorld world) =>
        [world.Fails(Name, input.Value) ? input.End(Name) : input with { Value = input.Value + 3 }];

    sealed class Block(HypothesesStep step, LosslessWorld world) : IRevisingBlock<long, long>
    {
        public IAsyncEnumerable<Hypothesis<long>> InvokeAsync(long input, BlockContext context, CancellationToken cancellationToken) => world.Items(
            step.Name, input, () => world.Fails(step.Name, input) ? Count(input) : -1, PublishAsync(input, context, cancellationToken));

        int Count(long input) => world.Fate.Draw(step.Name, input, "hypotheses", 6);

        double Wait(long input, int hypothesis) => world.Fate.Draw(step.Name, input, $"hypothesis {hypothesis}", 30) is > 3 and var wait ? wait : 0;

        async IAsyncEnumerable<Hypothesis<long>> PublishAsync(long input, BlockContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            Fate fate = world.Fate;
            int count = Count(input);
            if (world.Hostile is not null)
            {
                world.FinalArrives(context.TurnId, Enumerable.Range(0, count).Sum(i => Wait(input, i)) + fate.Delay(step.Name, input));
            }

            for (int i = 0; i < count; i++)
            {
                string which = $"hypothesis {i}";
                double wait = Wait(input, i);
                if (wait > 0)
                {
                    await world.Delay(wait, cancellationToken);
                }

                // Right, nearly right, the one before again, or anything.
                long value = fate.Draw(step.Name, input, which + " sort", 4) switch
                {
                    0 => input + 3,
                    1 => (input + 3) ^ 1,
                    2 => input + 3 + (fate.Draw(step.Name, input, $"hypothesis {i - 1} sort", 4) & 1),
                    _ => fate.Draw(step.Name, input, which + " value", 1000),
                };
                yield return Hypothesis.Tentative(value, fate.Draw(step.Name, input, which + " p", 100) / 100.0);
            }

            await world.WorkAsync(step.Name, input, context, cancellationToken);
            yield return Hypothesis.Final(input + 3);
        }
    }
}

/// <summary>A block whose output is guessed from its input, at once or after a while, rightly or wrongly.</summary>
sealed record GuessedStep(string Name, bool Slowly, bool Speculates) : LosslessStep(Name)
{
    public override ChainBuilder<long, long> Add(ChainBuilder<long, long> chain, LosslessWorld world) => chain.Then(
        Name,
        (long x, BlockContext context, CancellationToken token) => world.Return(Name, x, async () =>
        {
            await world.WorkAsync(Name, x, context, token);
            return x + 7;
        }),
        o =>
        {
            if (Speculates)
            {
                o.Speculate();
            }

            if (Slowly)
            {
                o.Predict(new Predictor(this, world));
            }
            else
            {
                o.Predict((x, _) => Guess(x, world));
            }
        });

    public override IEnumerable<Possibility> Evaluate(Possibility input, LosslessWorld world) =>
        [world.Fails(Name, input.Value) ? input.End(Name) : input with { Value = input.Value + 7 }];

    Hypothesis<long>? Guess(long input, LosslessWorld world) => world.Fate.Draw(Name, input, "guess", 5) switch
    {
        0 => null,
        1 => throw new PlannedFaultException(),
        2 => Hypothesis.Tentative(input + 8, double.NaN),
        3 => Hypothesis.Tentative(input + 6, 0.5),
        _ => Hypothesis.Tentative(input + 7, 0.9),
    };

    sealed class Predictor(GuessedStep step, LosslessWorld world) : IBlock<long, Hypothesis<long>>
    {
        public async ValueTask<Hypothesis<long>> InvokeAsync(long input, BlockContext context, CancellationToken cancellationToken)
        {
            await world.Delay(world.Fate.Draw(step.Name, input, "predictor", 20), cancellationToken);
            return step.Guess(input, world) ?? default;
        }
    }
}

/// <summary>A block that is warmed on hypotheses.</summary>
sealed record WarmedStep(string Name) : LosslessStep(Name)
{
    public override ChainBuilder<long, long> Add(ChainBuilder<long, long> chain, LosslessWorld world) =>
        chain.Then(Name, new Block(this, world), o => o.Speculate(SpeculationLevel.Prefill));

    public override IEnumerable<Possibility> Evaluate(Possibility input, LosslessWorld world) =>
        [world.Fails(Name, input.Value) ? input.End(Name) : input with { Value = input.Value ^ 0x33 }];

    sealed class Block(WarmedStep step, LosslessWorld world) : IBlock<long, long>, IPrefill<long>
    {
        readonly HashSet<TurnId> _warming = [];

        public ValueTask<long> InvokeAsync(long input, BlockContext context, CancellationToken cancellationToken)
        {
            world.Check(!_warming.Contains(context.TurnId), $"{step.Name} ran beside its warming.");
            return world.Return(step.Name, input, async () =>
            {
                await world.WorkAsync(step.Name, input, context, cancellationToken);
                return input ^ 0x33;
            });
        }

        public async ValueTask PrefillAsync(long input, BlockContext context, CancellationToken cancellationToken)
        {
            world.Check(_warming.Add(context.TurnId), $"{step.Name} was warmed twice at once.");
            try
            {
                await world.Delay(1 + world.Fate.Draw(step.Name, input, "prefill", 20), cancellationToken);
                if (world.Fate.Draw(step.Name, input, "prefill fails", 5) == 0)
                {
                    throw new PlannedFaultException();
                }
            }
            finally
            {
                _warming.Remove(context.TurnId);
            }
        }
    }
}
