using AgentChain.Devices;

namespace AgentChain.Blocks;

/// <summary>The source of the data in a <see cref="BlockContext"/>.</summary>
interface IBlockScope
{
    TurnId TurnId { get; }

    string BlockName { get; }

    TimeSpan Remaining { get; }

    TimeProvider Time { get; }

    DeviceLease? Lease { get; }

    CancellationToken TurnToken { get; }

    /// <summary>The values carried so far.</summary>
    Baggage? Baggage { get; set; }

    /// <summary>The number of the run; 0 if the chain does not speculate on the block.</summary>
    long RunNumber => 0;

    /// <summary>Whether the input can still turn out to be wrong.</summary>
    bool IsSpeculative => false;

    /// <summary>Whether the run belongs to a warm-up.</summary>
    bool IsWarmUp => false;

    /// <summary>Completes when the input is final.</summary>
    ValueTask CommittedAsync(CancellationToken cancellationToken) => default;

    /// <summary>Returns a carried value.</summary>
    T? Get<T>(TurnKey<T> key) => Baggage is { } baggage ? baggage.Find(key) : default;

    /// <summary>Marks the turn's live input as complete.</summary>
    void InputEnded(long last, long known);
}
