using System.Runtime.CompilerServices;

namespace AgentChain.Tests.Simulation.Lossless;

/// <summary>A possible result of a chain: an end, and the items that were output before it.</summary>
sealed record OutputPossibility(Possibility End, IReadOnlyList<long> Items);

/// <summary>The last step of a chain whose output is a stream: some items derived from a value, and perhaps two for each of them.</summary>
sealed record OutputShape(string Name, bool Speculates, bool Each, bool EachSpeculates, bool Taps)
{
    string EachName => Name + " each";

    public StreamChain<long, long> Build(ChainBuilder<long, long> chain, LosslessWorld world, ChainOptions options)
    {
        StreamChainBuilder<long, long> items = chain.Stream<long>(
            Name, (x, context, token) => world.Items(Name, x, () => FailsAt(x, world), Produce(x, context, world, token)), o => Configure(o, Speculates, onDevice: !Each));
        if (Each)
        {
            items = items.StreamEach<long>(
                EachName, (x, context, token) => world.Items(EachName, x, () => world.Fails(EachName, x) ? 1 : -1, Twice(x, context, world, token)), o => Configure(o, EachSpeculates, onDevice: true));
        }

        if (Taps)
        {
            items = items.TapEach(Name + " tap", (x, context) => world.Effect(context.TurnId, $"{Name} tap:{x}"));
        }

        return items.Build(options);
    }

    /// <summary>An error follows the items that were produced before it.</summary>
    public OutputPossibility Evaluate(Possibility input, LosslessWorld world)
    {
        List<long> items = [];
        string? failed = input.Ends ? input.EndedBy : null;
        for (int i = 0; failed is null && i < Count(input.Value, world); i++)
        {
            long item = Item(input.Value, i);
            if (FailsAt(input.Value, world) == i)
            {
                failed = Name;
            }
            else if (!Each)
            {
                items.Add(item);
            }
            else
            {
                items.Add(item - 1);
                failed = world.Fails(EachName, item) ? EachName : null;
                if (failed is null)
                {
                    items.Add(item + 1);
                }
            }
        }

        Possibility end = input with { Effects = [.. input.Effects, .. Taps ? items.Select(x => $"{Name} tap:{x}") : []] };
        return new(input.Ends ? input : failed is null ? end : end.End(failed), items);
    }

    /// <summary>
    /// Of two streams, one after the other, one is on the device: a stream that held it while it waits for the next to have it might wait
    /// for ever.
    /// </summary>
    static void Configure(StreamSetup<long, long> options, bool speculates, bool onDevice)
    {
        if (speculates)
        {
            options.Speculate();
        }

        options.StreamCapacity(2);
        if (onDevice)
        {
            options.On("cpu");
        }
    }

    int Count(long x, LosslessWorld world) => world.Fate.Draw(Name, x, "count", 9);

    static long Item(long x, int index) => unchecked(x + (index * 10));

    int FailsAt(long x, LosslessWorld world)
    {
        int count = Count(x, world);
        for (int i = 0; i < count; i++)
        {
            if (world.Fails(Name, Item(x, i)))
            {
                return i;
            }
        }

        return -1;
    }

    async IAsyncEnumerable<long> Produce(
        long x, BlockContext context, LosslessWorld world, [EnumeratorCancellation] CancellationToken token)
    {
        int count = Count(x, world);
        for (int i = 0; i < count; i++)
        {
            await world.WorkAsync(Name, Item(x, i), context, token);
            yield return Item(x, i);
        }
    }

    async IAsyncEnumerable<long> Twice(
        long x, BlockContext context, LosslessWorld world, [EnumeratorCancellation] CancellationToken token)
    {
        yield return x - 1;
        await world.WorkAsync(EachName, x, context, token);
        yield return x + 1;
    }
}
