using AgentChain.Devices;
using AgentChain.Simulation;
using AgentChain.Tests.Simulation.Lossless.Hostile;

namespace AgentChain.Tests.Simulation.Lossless;

/// <summary>The state that the blocks of a random chain share: time, fate, and a record of their visible effects.</summary>
sealed class LosslessWorld(VirtualWorld world, Fate fate, IDeviceScheduler devices, HostileHost? hostile)
{
    readonly List<IAsyncDisposable> _inner = [];

    public static readonly TurnKey<long> Carried = new("carried");

    readonly Dictionary<TurnId, List<string>> _effects = [];
    readonly HashSet<(string Block, long Run)> _openRuns = [];

    readonly Dictionary<TurnId, TimeSpan> _finals = [];

    public Fate Fate => fate;

    /// <summary>The host of the chain, where it is hostile.</summary>
    public HostileHost? Hostile => hostile;

    public IDeviceScheduler Devices => devices;

    /// <summary>How many blocks work at this moment.</summary>
    public int Working { get; private set; }

    /// <summary>Runs of blocks with hooks that were notified of neither a commit nor a termination.</summary>
    public int OpenRuns => _openRuns.Count;

    public IReadOnlyList<string> EffectsOf(TurnId turn) => _effects.GetValueOrDefault(turn) ?? [];

    /// <summary>
    /// Violations that must never occur. An assertion inside a block would count as that block's failure, which is allowed on a hypothesis.
    /// </summary>
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

    /// <summary>Builds a chain that is inside another.</summary>
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

    /// <summary>A block's value task, or a hostile one in its place.</summary>
    public ValueTask<T> Return<T>(string block, long value, Func<ValueTask<T>> work) => hostile?.Return(block, value, Fails(block, value), work) ?? work();

    /// <summary>A block's items, or hostile ones in their place.</summary>
    /// <param name="block">The block.</param>
    /// <param name="input">Its input.</param>
    /// <param name="failsAt">Says at which item the block fails; -1 for none.</param>
    /// <param name="items">Its items.</param>
    public IAsyncEnumerable<T> Items<T>(string block, long input, Func<int> failsAt, IAsyncEnumerable<T> items) =>
        hostile is null ? items : new HostileItems<T>(items, hostile, block, input, failsAt());

    /// <summary>A block is about to publish its final value after some time.</summary>
    public void FinalArrives(TurnId turn, double milliseconds) => _finals[turn] = world.Elapsed + TimeSpan.FromMilliseconds(milliseconds);

    /// <summary>The work of a block on a value: waits for the time that fate sets, and throws if fate says so.</summary>
    public async ValueTask WorkAsync(string block, long value, BlockContext context, CancellationToken token, bool hasBudget = false)
    {
        world.CheckThread();
        Working++;
        try
        {
            bool fails = Fails(block, value);
            if (hostile is not null)
            {
                await BeHostileAsync(block, value, fails, context, hasBudget, token);
            }

            int delay = fate.Delay(block, value);
            if (delay > 0)
            {
                await world.Delay(delay, fate.Ignores(block, value) && fate.Draw(block, value, "deaf", 4) == 0 ? CancellationToken.None : token);
            }

            world.CheckThread();
            if (fails)
            {
                throw fate.Draw(block, value, "canceled", 2) == 0 ? new PlannedFaultException() : new OperationCanceledException();
            }

            if (hostile?.Draws(Hostility.ReturnsAtCommit, block, value, 4) == true && MayWaitForCommit(context))
            {
                await context.CommittedAsync(token);
                hostile.Count.Met(Hostility.ReturnsAtCommit);
            }
        }
        finally
        {
            Working--;
        }
    }

    /// <summary>Fails as the block would, at another time; and throws out of a callback at the token.</summary>
    async ValueTask BeHostileAsync(string block, long value, bool fails, BlockContext context, bool hasBudget, CancellationToken token)
    {
        if (hostile!.Draws(Hostility.CallbackThrows, block, value, 4))
        {
            token.UnsafeRegister(
                static host =>
                {
                    ((HostileHost)host!).Count.Met(Hostility.CallbackThrows);
                    throw new HostileException(Hostility.CallbackThrows);
                },
                hostile);
        }

        if (!fails || !context.IsSpeculative)
        {
            return;
        }

        if (hostile.FailsAtCommit(block, value) && MayWaitForCommit(context))
        {
            await context.CommittedAsync(token);
            hostile.Count.Met(Hostility.FailsAtCommit);
            throw new PlannedFaultException();
        }

        // A block with a budget that is committed before would overrun it.
        if (!hasBudget && hostile.FailsAsFinalArrives(block, value) && _finals.TryGetValue(context.TurnId, out TimeSpan at) && at > world.Elapsed)
        {
            try
            {
                await world.Delay(at - world.Elapsed, token);
                throw new PlannedFaultException();
            }
            finally
            {
                if (world.Elapsed == at)
                {
                    hostile.Count.Met(Hostility.FailsAsFinalArrives);
                }
            }
        }
    }

    /// <summary>
    /// Whether a block may wait until its input is final. If it held a device meanwhile, the work that its input depends on might never get
    /// one.
    /// </summary>
    static bool MayWaitForCommit(BlockContext context) => context.IsSpeculative && context.Lease is null;

    public bool Fails(string block, long value) => fate.FaultOf(block, value) != Fate.Fault.None || hostile?.Fails(block, value) == true;
}
