using AgentChain.Devices;

namespace AgentChain.Blocks.Batching;

/// <summary>What a batch's block sees: no turn's own values, because the items belong to several turns.</summary>
/// <param name="lead">The context of one of the items.</param>
/// <param name="remaining">The time to the earliest deadline of the items.</param>
/// <param name="token">The token of the batch.</param>
sealed class BatchScope(BlockContext lead, TimeSpan remaining, CancellationToken token) : IBlockScope
{
    readonly long _from = lead.Time.GetTimestamp();

    public TurnId TurnId => lead.TurnId;

    public string BlockName => lead.BlockName;

    public TimeSpan Remaining => remaining == Timeout.InfiniteTimeSpan ? remaining
        : remaining - lead.Time.GetElapsedTime(_from) is var left && left > TimeSpan.Zero ? left
        : TimeSpan.Zero;

    public TimeProvider Time => lead.Time;

    public DeviceLease? Lease => lead.Lease;

    public CancellationToken TurnToken => token;

    public Baggage? Baggage { get; set; }

    public bool IsWarmUp => lead.IsWarmUp;

    public void Used(in ModelUsage usage) => lead.Used(usage);

    public void Cancel(CancellationTokenSource source) => lead.Cancel(source);

    public void InputEnded(long last, long known) =>
        throw new InvalidOperationException($"Block '{BlockName}' runs in batches and has no live input.");
}
