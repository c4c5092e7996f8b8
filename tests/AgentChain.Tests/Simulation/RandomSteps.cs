using System.Runtime.CompilerServices;
using AgentChain.Simulation;

namespace AgentChain.Tests.Simulation;

/// <summary>A step of a random chain: adds itself to the real one, and computes the result of a sequential evaluation.</summary>
abstract record RandomStep(string Name)
{
    public abstract ChainBuilder<long, long> Add(ChainBuilder<long, long> chain, VirtualWorld world, Fate fate);

    /// <param name="value">The input.</param>
    /// <param name="at">When it comes, in ticks since the turn's start.</param>
    /// <param name="fate">The behavior of the blocks.</param>
    /// <param name="path">The prefix of the block's name in errors.</param>
    public abstract Prediction Predict(long value, long at, Fate fate, string path);

    public static ChainBuilder<long, long> AddAll(IEnumerable<RandomStep> steps, ChainBuilder<long, long> chain, VirtualWorld world, Fate fate) =>
        steps.Aggregate(chain, (c, s) => s.Add(c, world, fate));

    public static Prediction PredictAll(IEnumerable<RandomStep> steps, long value, long at, Fate fate, string path)
    {
        var so_far = new Prediction(at, value);
        foreach (RandomStep step in steps)
        {
            so_far = step.Predict(so_far.Value, so_far.At, fate, path);
            if (so_far.Ends)
            {
                break;
            }
        }

        return so_far;
    }

    protected static long Ms(double milliseconds) => (long)(milliseconds * TimeSpan.TicksPerMillisecond);

    /// <summary>The work of a block: waits and may fail. Checks that nothing leaves the thread.</summary>
    protected static async ValueTask WorkAsync(VirtualWorld world, Fate fate, string name, long value, CancellationToken token)
    {
        world.CheckThread();
        world.Record($"{name} begins {value}");
        int delay = fate.Delay(name, value);
        if (delay > 0)
        {
            await world.Delay(delay, fate.Ignores(name, value) ? CancellationToken.None : token);
        }

        world.CheckThread();
        world.Record($"{name} ends {value}");
        switch (fate.FaultOf(name, value))
        {
            case Fate.Fault.Throws:
                throw new PlannedFaultException();
            case Fate.Fault.ThrowsOperationCanceled:
                throw new OperationCanceledException();
        }
    }

    protected static Prediction? Fails(Fate fate, string name, long value, long at, string path) => fate.FaultOf(name, value) switch
    {
        Fate.Fault.None => null,
        Fate.Fault.ThrowsSynchronously => Prediction.End(at, TurnOutcome.Failed, path + name),
        _ => Prediction.End(at + Ms(fate.Delay(name, value)), TurnOutcome.Failed, path + name),
    };

    protected static void FailsSynchronously(Fate fate, string name, long value)
    {
        if (fate.FaultOf(name, value) == Fate.Fault.ThrowsSynchronously)
        {
            throw new PlannedFaultException();
        }
    }
}

/// <summary>A synchronous block, fused.</summary>
sealed record SyncStep(string Name, int Factor) : RandomStep(Name)
{
    public override ChainBuilder<long, long> Add(ChainBuilder<long, long> chain, VirtualWorld world, Fate fate) => chain.Then(Name, (long x) =>
    {
        world.CheckThread();
        FailsSynchronously(fate, Name, x);
        return unchecked((x * Factor) + 1);
    });

    public override Prediction Predict(long value, long at, Fate fate, string path) =>
        fate.FaultOf(Name, value) == Fate.Fault.ThrowsSynchronously
            ? Prediction.End(at, TurnOutcome.Failed, path + Name)
            : new(at, unchecked((value * Factor) + 1));
}

/// <summary>
/// An asynchronous block with or without a budget. Budgets end on half milliseconds, work on whole ones, so that they never tie.
/// </summary>
sealed record AsyncStep(string Name, double? Budget, OverrunAction Overrun, bool FallsBackToBlock) : RandomStep(Name)
{
    string Fallback => Name + " fallback";

    public override ChainBuilder<long, long> Add(ChainBuilder<long, long> chain, VirtualWorld world, Fate fate) =>
        chain.Then(Name, (long x, CancellationToken token) => Invoke(Name, x, world, fate, token), o =>
        {
            if (fate.IsNarrow)
            {
                int capacity = 1 + fate.Draw(Name, 0, "capacity", 4);
                o.Concurrency(Math.Min(capacity, 1 + fate.Draw(Name, 0, "concurrency", 3))).Capacity(capacity);
                return;
            }

            if (Budget is not { } budget)
            {
                return;
            }

            o.Budget(TimeSpan.FromMilliseconds(budget));
            if (Overrun != OverrunAction.Fallback)
            {
                o.OnOverrun(Overrun);
            }
            else if (FallsBackToBlock)
            {
                o.OnOverrun(AgentChain.Overrun.FallbackTo(new Delegated(this, world, fate)));
            }
            else
            {
                o.OnOverrun(AgentChain.Overrun.Fallback(-17L));
            }
        });

    public override Prediction Predict(long value, long at, Fate fate, string path)
    {
        bool sync = fate.FaultOf(Name, value) == Fate.Fault.ThrowsSynchronously;
        if (!fate.IsNarrow && Budget is { } budget && fate.Delay(Name, value) > budget && !sync)
        {
            switch (Overrun)
            {
                case OverrunAction.Cancel:
                    return Prediction.End(at + Ms(budget), TurnOutcome.DeadlineExceeded, path + Name);
                case OverrunAction.Fallback when !FallsBackToBlock:
                    return new(at + Ms(budget), -17);
                case OverrunAction.Fallback:
                    at += Ms(budget);
                    return Fails(fate, Fallback, value, at, path) ?? new(at + Ms(fate.Delay(Fallback, value)), value ^ 0x55);
            }
        }

        return Fails(fate, Name, value, at, path) ?? new(at + Ms(fate.Delay(Name, value)), value ^ 0x55);
    }

    static ValueTask<long> Invoke(string name, long x, VirtualWorld world, Fate fate, CancellationToken token)
    {
        FailsSynchronously(fate, name, x);
        return Async();

        async ValueTask<long> Async()
        {
            await WorkAsync(world, fate, name, x, token);
            return x ^ 0x55;
        }
    }

    sealed class Delegated(AsyncStep step, VirtualWorld world, Fate fate) : IBlock<long, long>
    {
        public ValueTask<long> InvokeAsync(long input, BlockContext context, CancellationToken cancellationToken) =>
            Invoke(step.Fallback, input, world, fate, cancellationToken);
    }
}

/// <summary>A block that publishes hypotheses and then its final value.</summary>
sealed record ReviseStep(string Name) : RandomStep(Name)
{
    public override ChainBuilder<long, long> Add(ChainBuilder<long, long> chain, VirtualWorld world, Fate fate) =>
        chain.Revise(Name, new Block(Name, world, fate));

    public override Prediction Predict(long value, long at, Fate fate, string path) =>
        Fails(fate, Name, value, at, path) ?? new(at + Ms(fate.Delay(Name, value)), value + 3);

    sealed class Block(string name, VirtualWorld world, Fate fate) : IRevisingBlock<long, long>
    {
        public async IAsyncEnumerable<Hypothesis<long>> InvokeAsync(
            long input, BlockContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            FailsSynchronously(fate, name, input);
            yield return Hypothesis.Tentative(input, 0.5);
            await WorkAsync(world, fate, name, input, cancellationToken);
            yield return Hypothesis.Final(input + 3);
        }
    }
}

/// <summary>A stream, something for each item, regrouped and gathered again.</summary>
sealed record StreamStep(string Name) : RandomStep(Name)
{
    string Each => Name + " each";

    public override ChainBuilder<long, long> Add(ChainBuilder<long, long> chain, VirtualWorld world, Fate fate) => chain
        .Stream<long>(Name, (x, _, token) => Produce(x, world, fate, token))
        .ThenEach(Name + " thrice", (long x) => unchecked(x * 3))
        .ThenEach(Each, async (long x, CancellationToken token) =>
        {
            await WorkAsync(world, fate, Each, x, token);
            return x - 1;
        })
        .Regroup(Name + " pairs", new Pairs())
        .Collect(Name + " all")
        .Then(Name + " sum", items => items.Aggregate(7L, (sum, x) => unchecked((sum * 31) + x)));

    public override Prediction Predict(long value, long at, Fate fate, string path)
    {
        int count = fate.Draw(Name, value, "count", 5);
        long produced = at;
        long free = at;
        List<long> items = [];
        for (int i = 0; i < count; i++)
        {
            long item = unchecked(value + i);
            if (Fails(fate, Name, item, produced, path) is { } fault)
            {
                // Thrown from inside the series, a synchronous fault comes before the item's work. It follows the items made before it.
                return fault with { At = Math.Max(fault.At, free) };
            }

            produced += Ms(fate.Delay(Name, item));
            long begins = Math.Max(free, produced);
            long tripled = unchecked(item * 3);
            if (EachFails(fate, tripled, begins, path) is { } failed)
            {
                return failed;
            }

            free = begins + Ms(fate.Delay(Each, tripled));
            items.Add(tripled - 1);
        }

        long sum = 7;
        for (int i = 0; i < items.Count; i += 2)
        {
            sum = unchecked((sum * 31) + items[i] + (i + 1 < items.Count ? items[i + 1] : 0));
        }

        return new(Math.Max(free, produced), sum);
    }

    /// <summary>The step for each item is an async lambda, so an exception in it is thrown when its work is done.</summary>
    Prediction? EachFails(Fate fate, long item, long begins, string path) =>
        fate.FaultOf(Each, item) is Fate.Fault.None or Fate.Fault.ThrowsSynchronously
            ? null
            : Prediction.End(begins + Ms(fate.Delay(Each, item)), TurnOutcome.Failed, path + Each);

    async IAsyncEnumerable<long> Produce(long x, VirtualWorld world, Fate fate, [EnumeratorCancellation] CancellationToken token = default)
    {
        int count = fate.Draw(Name, x, "count", 5);
        for (int i = 0; i < count; i++)
        {
            long item = unchecked(x + i);
            FailsSynchronously(fate, Name, item);
            await WorkAsync(world, fate, Name, item, token);
            yield return item;
        }
    }

    sealed class Pairs : IRegroupBlock<long, long>
    {
        public IRegrouper<long, long> Begin(BlockContext context) => new State();

        sealed class State : IRegrouper<long, long>
        {
            long? _held;

            public void Add(long item, ICollection<long> ready)
            {
                if (_held is { } held)
                {
                    ready.Add(unchecked(held + item));
                    _held = null;
                }
                else
                {
                    _held = item;
                }
            }

            public void Complete(ICollection<long> ready)
            {
                if (_held is { } held)
                {
                    ready.Add(held);
                }
            }
        }
    }
}
