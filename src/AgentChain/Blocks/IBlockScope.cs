using AgentChain.Devices;
using AgentChain.Turns;

namespace AgentChain.Blocks;

/// <summary>What stands behind a <see cref="BlockContext"/>.</summary>
interface IBlockScope
{
    TurnId TurnId { get; }

    string BlockName { get; }

    TimeSpan Remaining { get; }

    TimeProvider Time { get; }

    DeviceLease? Lease { get; }

    CancellationToken TurnToken { get; }

    /// <summary>The values carried along so far.</summary>
    Baggage? Baggage { get; set; }

    /// <summary>The number of the run where the chain speculates on the block.</summary>
    long RunNumber => 0;

    /// <summary>Whether the input may still turn out to be wrong.</summary>
    bool IsSpeculative => false;

    /// <summary>Completes when the input is certain.</summary>
    ValueTask CommittedAsync(CancellationToken cancellationToken) => default;

    /// <summary>A value carried along.</summary>
    T? Get<T>(TurnKey<T> key) => Baggage is { } baggage ? baggage.Find(key) : default;

    /// <summary>The turn's live input is complete.</summary>
    void InputEnded(long last, long known);
}
