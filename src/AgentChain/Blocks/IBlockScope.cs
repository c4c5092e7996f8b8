using AgentChain.Devices;
using AgentChain.Speculation;

namespace AgentChain.Blocks;

/// <summary>The source of the data in a <see cref="BlockContext"/>.</summary>
interface IBlockScope
{
    TurnId TurnId { get; }

    string BlockName { get; }

    TimeSpan Remaining { get; }

    /// <summary>The time left to each limit; a limit that has passed is one tick.</summary>
    LatencyBudget RemainingBudget => Remaining is var left && left == Timeout.InfiniteTimeSpan
        ? LatencyBudget.None
        : LatencyBudget.Total(left > TimeSpan.Zero ? left : TimeSpan.FromTicks(1));

    /// <summary>The time left for the block: that until the next limit, minus the predicted time of what follows it, if there is one.</summary>
    TimeSpan Slack => Remaining;

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

    /// <summary>Records the shapes that a warm-up is going to run; does nothing elsewhere.</summary>
    void StateShapes(IReadOnlyList<string> shapes, string? device)
    {
    }

    /// <summary>Records that a warm-up has run a shape; does nothing elsewhere.</summary>
    void ShapeRan(string shape, string? device)
    {
    }

    /// <summary>Completes when the input is final.</summary>
    ValueTask CommittedAsync(CancellationToken cancellationToken) => default;

    /// <summary>Returns a carried value.</summary>
    T? Get<T>(TurnKey<T> key) => Baggage is { } baggage ? baggage.Find(key) : default;

    /// <summary>Marks the turn's live input as complete.</summary>
    void InputEnded(long last, long known);

    /// <summary>Begins a piece of work inside the block.</summary>
    InnerWork Begin(string name, object? key) => new(NoInnerHost.Instance, this, name);

    /// <summary>Begins a piece of work that may not be needed, if the controller agrees; otherwise, returns null.</summary>
    EarlyWork? TryBeginEarly(in EarlyRequest request, out SpeculationDecision decision)
    {
        decision = new(SpeculationVerdict.Decline, SpeculationReason.NotWorth, request.Probability, TimeSpan.Zero, TimeSpan.Zero);
        return null;
    }

    /// <summary>Cancels a source of the block's own. Host callbacks of its token neither delay the caller nor throw to it.</summary>
    void Cancel(CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (AggregateException)
        {
        }
    }

    /// <summary>Records the use of a model.</summary>
    void Used(in ModelUsage usage)
    {
    }
}
