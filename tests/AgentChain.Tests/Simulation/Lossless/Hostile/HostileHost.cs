using AgentChain.Simulation;

namespace AgentChain.Tests.Simulation.Lossless.Hostile;

/// <summary>
/// The host of a random chain, if it is hostile: draws how it and the chain's blocks misbehave, from the chain's seed alone, and counts
/// the misbehaviors that occurred.
/// </summary>
sealed class HostileHost
{
    readonly HashSet<Hostility> _kinds = [];
    readonly Random _random;
    readonly Fate _fate;
    readonly VirtualWorld _world;
    readonly HashSet<Exception> _thrownByDevices = [];
    readonly Dictionary<string, int> _badLeases = [];

    HostileHost(int seed, VirtualWorld world, Fate fate)
    {
        (_random, _world, _fate) = (new Random(unchecked(seed * 31) + 7), world, fate);
        IsStream = _random.Next(2) == 0;
        foreach (Hostility kind in Enum.GetValues<Hostility>())
        {
            bool isReaders = kind is >= Hostility.ReaderBreaks and <= Hostility.ReaderComesBack;
            if (isReaders ? IsStream && _random.Next(2) == 0 : _random.Next(3) == 0)
            {
                _kinds.Add(kind);
                Count.Drawn(kind);
            }
        }
    }

    /// <summary>The host of a chain; null for one that is not hostile, as two of three are.</summary>
    public static HostileHost? Of(int seed, VirtualWorld world, Fate fate) => IsHostile(seed) ? new HostileHost(seed, world, fate) : null;

    public static bool IsHostile(int seed) => new Random(seed ^ 0x5eed).Next(3) == 0;

    public HostilityCount Count { get; } = new();

    /// <summary>Whether the chain returns a stream.</summary>
    public bool IsStream { get; }

    public bool Is(Hostility kind) => _kinds.Contains(kind);

    /// <summary>Whether to misbehave now, if nothing else decides it. Counts it as having occurred.</summary>
    public bool Strikes(Hostility kind, int oneIn)
    {
        if (!Is(kind) || _random.Next(oneIn) != 0)
        {
            return false;
        }

        Count.Met(kind);
        return true;
    }

    public int Next(int below) => _random.Next(below);

    public void ThrowAtTimes(Hostility kind, int oneIn)
    {
        if (Strikes(kind, oneIn))
        {
            throw new HostileException(kind);
        }
    }

    /// <summary>Whether a block misbehaves on a value: each time, or never.</summary>
    public bool Draws(Hostility kind, string block, long value, int oneIn) => Is(kind) && _fate.Draw(block, value, $"{kind}", oneIn) == 0;

    /// <summary>Whether a block that would otherwise succeed with a value fails, at an instant of its own choice.</summary>
    public bool Fails(string block, long value) => FailsAtCommit(block, value) || FailsAsFinalArrives(block, value);

    public bool FailsAtCommit(string block, long value) => Draws(Hostility.FailsAtCommit, block, value, 8);

    public bool FailsAsFinalArrives(string block, long value) => Draws(Hostility.FailsAsFinalArrives, block, value, 12);

    /// <summary>
    /// Returns a block's value task, or a hostile one: it fails where the block would, and has the same result where it would not.
    /// </summary>
    public ValueTask<T> Return<T>(string block, long value, bool fails, Func<ValueTask<T>> work)
    {
        if (fails && Draws(Hostility.AwaitableFails, block, value, 2))
        {
            Count.Met(Hostility.AwaitableFails);
            return new(new FailingAwaitable<T>(_world, (FailingAwaitable<T>.Lie)_fate.Draw(block, value, "lie", 5)), 0);
        }

        if (!fails && Draws(Hostility.AwaitableContinuesTwice, block, value, 2))
        {
            return new(new RepeatingAwaitable<T>(_world, work().AsTask(), () => Count.Met(Hostility.AwaitableContinuesTwice)), 0);
        }

        return work();
    }

    /// <summary>A device scheduler is about to throw to a block.</summary>
    public HostileException ThrownByDevices(Hostility kind)
    {
        var error = new HostileException(kind);
        _thrownByDevices.Add(error);
        return error;
    }

    /// <summary>A device scheduler is about to return an invalid lease to a block.</summary>
    public void ReturnsBadLease(string block) => _badLeases[block] = _badLeases.GetValueOrDefault(block) + 1;

    /// <summary>Whether a device scheduler's misbehavior explains a failure. Each explains one failure, of the block that asked.</summary>
    public bool Explains(TurnException error)
    {
        for (Exception? inner = error.InnerException; inner is not null; inner = inner.InnerException)
        {
            if (_thrownByDevices.Remove(inner))
            {
                return true;
            }
        }

        bool isBadLease = error.InnerException is InvalidOperationException { Message: var message }
            && (message.Contains("device scheduler", StringComparison.Ordinal) || message.Contains("Pick must return", StringComparison.Ordinal));
        return isBadLease && error.Block is { } block && _badLeases.GetValueOrDefault(block) is > 0 and var left && (_badLeases[block] = left - 1) >= 0;
    }
}
