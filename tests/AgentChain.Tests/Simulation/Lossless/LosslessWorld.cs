using AgentChain.Building;
using AgentChain.Devices;
using AgentChain.Simulation;
using AgentChain.Turns;

namespace AgentChain.Tests.Simulation.Lossless;

/// <summary>What the blocks of a random chain share: time, fate, and a record of everything they did that can be seen.</summary>
sealed class LosslessWorld(VirtualWorld world, Fate fate, IDeviceScheduler devices)
{
    readonly List<IAsyncDisposable> _inner = [];

    public static readonly TurnKey<long> Carried = new("carried");

    readonly Dictionary<TurnId, List<string>> _effects = [];
    readonly HashSet<(string Block, long Run)> _openRuns = [];

    public Fate Fate => fate;

    /// <summary>Runs of blocks with hooks that were told neither that they stood nor that they were in vain.</summary>
    public int OpenRuns => _openRuns.Count;

    public IReadOnlyList<string> EffectsOf(TurnId turn) => _effects.GetValueOrDefault(turn) ?? [];

    /// <summary>What must never be and was all the same. An assertion inside of a block would count as that block's failure, which a hypothesis may have.</summary>
    public List<string> Violations { get; } = [];

    public void Check(bool holds, string what)
    {
        if (!holds)
        {
            Violations.Add(what);
        }
    }

    public void Effect(TurnId turn, string effect)
    {
        if (!_effects.TryGetValue(turn, out List<string>? list))
        {
            _effects[turn] = list = [];
        }

        list.Add(effect);
    }

    public void RunBegan(string block, long run)
    {
        if (run != 0)
        {
            Check(_openRuns.Add((block, run)), $"{block} began run {run} twice.");
        }
    }

    public void RunResolved(string block, long run) => Check(_openRuns.Remove((block, run)), $"{block} was told twice of run {run}, or of one that never began.");

    /// <summary>Builds a chain that stands inside of another.</summary>
    public Chain<long, long> Inner(ChainBuilder<long, long> builder)
    {
        Chain<long, long> chain = builder.Build(world.Options(o => o.Devices = devices));
        _inner.Add(chain);
        return chain;
    }

    public async Task DisposeInnerAsync()
    {
        foreach (IAsyncDisposable chain in _inner)
        {
            await chain.DisposeAsync();
        }
    }

    public Task Delay(double milliseconds, CancellationToken token = default) => world.Delay(milliseconds, token);

    /// <summary>The work of a block on a value: waits as long as fate says, and throws if it says so.</summary>
    public async ValueTask WorkAsync(string block, long value, CancellationToken token)
    {
        world.CheckThread();
        int delay = fate.Delay(block, value);
        if (delay > 0)
        {
            await world.Delay(delay, fate.Ignores(block, value) && fate.Draw(block, value, "deaf", 4) == 0 ? CancellationToken.None : token);
        }

        world.CheckThread();
        if (Fails(block, value))
        {
            throw fate.Draw(block, value, "canceled", 2) == 0 ? new PlannedFaultException() : new OperationCanceledException();
        }
    }

    public bool Fails(string block, long value) => fate.FaultOf(block, value) != Fate.Fault.None;
}
