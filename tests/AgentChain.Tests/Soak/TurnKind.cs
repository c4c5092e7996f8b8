using AgentChain.Devices;

namespace AgentChain.Tests.Soak;

/// <summary>A kind of turn: owns the chains that it needs, and checks each turn that it starts.</summary>
/// <param name="name">Its name in the table.</param>
/// <param name="weight">How often it is drawn, relative to the others.</param>
/// <param name="outcomes">The outcomes that its turns may have, each of which must occur in a long soak.</param>
abstract class TurnKind(string name, int weight, params TurnOutcome[] outcomes) : IAsyncDisposable
{
    readonly List<(Func<string?> Left, Func<ValueTask> Dispose)> _owned = [];

    public string Name => name;

    public int Weight => weight;

    public IReadOnlyList<TurnOutcome> Outcomes => outcomes;

    public Tally Tally { get; } = new();

    /// <summary>Gets a value that indicates whether its turns speculate, so that committed and terminated runs must both occur.</summary>
    public virtual bool Speculates => false;

    /// <summary>Starts turns and checks them; throws a <see cref="SoakFault"/> when something does not hold.</summary>
    public abstract Task RunAsync(Operation operation);

    /// <summary>Describes what is left while no operation runs.</summary>
    /// <returns><see langword="null"/> when nothing is.</returns>
    public string? Left() => _owned.Select(o => o.Left()).FirstOrDefault(left => left is not null);

    public async ValueTask DisposeAsync()
    {
        foreach ((_, Func<ValueTask> dispose) in _owned)
        {
            await dispose();
        }
    }

    /// <summary>Keeps an eye on a chain, and disposes it at the end.</summary>
    protected Chain<TIn, TOut> Own<TIn, TOut>(Chain<TIn, TOut> chain)
    {
        Keep(chain);
        return chain;
    }

    /// <summary>Keeps a chain whose output is a stream.</summary>
    protected StreamChain<TIn, TOut> Own<TIn, TOut>(StreamChain<TIn, TOut> chain)
    {
        Keep(chain);
        return chain;
    }

    void Keep<TIn, TOut>(ChainBase<TIn, TOut> chain)
    {
        _owned.Add((() => LeftIn(chain), chain.DisposeAsync));
    }

    /// <summary>Disposes devices at the end, after the chains that were owned before them.</summary>
    protected void OwnLast(IDisposable devices) => _owned.Add((() => null, () =>
    {
        devices.Dispose();
        return ValueTask.CompletedTask;
    }));

    static string? LeftIn<TIn, TOut>(ChainBase<TIn, TOut> chain)
    {
        IDeviceScheduler devices = chain.Devices;
        return (chain.LiveTurns, chain.DetachedBlocks, devices.OpenLeases, devices.StuckLanes) is var left && left == (0, 0, 0, 0)
            ? null
            : $"chain '{chain.Name}' has {left.LiveTurns} live turns, {left.DetachedBlocks} detached blocks, {left.OpenLeases} open leases and {left.StuckLanes} stuck lanes while nothing runs";
    }
}
