using System.Threading.Tasks.Dataflow;

namespace AgentChain.Engine.Interop;

/// <summary>
/// One value offered to a Dataflow block, which takes it now or later. Unlike <c>SendAsync</c>, it never answers from the thread pool, so
/// it stays in virtual time; and after it is withdrawn, the block is guaranteed not to receive the value.
/// </summary>
sealed class SingleOffer<T>(T value) : ISourceBlock<T>
{
    readonly Lock _lock = new();
    readonly TaskCompletionSource<bool> _taken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    ITargetBlock<T>? _reservedFor;
    bool _isWithdrawn;
    bool _isDecided;
    bool _isConsumed;

    public Task Completion => _taken.Task;

    /// <summary>Offers the value; an exception of the block propagates.</summary>
    /// <returns>The block's answer; after <see cref="DataflowMessageStatus.Postponed"/>, await <see cref="TakenAsync"/>.</returns>
    public DataflowMessageStatus To(ITargetBlock<T> target)
    {
        DataflowMessageStatus status = target.OfferMessage(new DataflowMessageHeader(1), value, this, consumeToAccept: false);
        if (status != DataflowMessageStatus.Postponed)
        {
            Decide(status == DataflowMessageStatus.Accepted);
        }

        return status;
    }

    /// <summary>Withdraws the offer to a block that threw.</summary>
    /// <returns>Whether the block consumed the value before it threw; if not, it can no longer consume it.</returns>
    public bool Revoke()
    {
        Decide(false);
        return _isConsumed;
    }

    /// <summary>Waits for a block that postponed the offer.</summary>
    /// <param name="token">A token that withdraws the offer.</param>
    /// <returns>Whether the block took the value; if not, it never receives it.</returns>
    public async Task<bool> TakenAsync(CancellationToken token)
    {
        using (token.UnsafeRegister(static offer => ((SingleOffer<T>)offer!).Withdraw(), this))
        {
            return await _taken.Task;
        }
    }

    T? ISourceBlock<T>.ConsumeMessage(DataflowMessageHeader messageHeader, ITargetBlock<T> target, out bool messageConsumed)
    {
        lock (_lock)
        {
            messageConsumed = !_isDecided && (_reservedFor is null || ReferenceEquals(_reservedFor, target));
            _isDecided |= messageConsumed;
            _isConsumed |= messageConsumed;
        }

        if (!messageConsumed)
        {
            return default;
        }

        _taken.TrySetResult(true);
        return value;
    }

    bool ISourceBlock<T>.ReserveMessage(DataflowMessageHeader messageHeader, ITargetBlock<T> target)
    {
        lock (_lock)
        {
            if (_isDecided || _reservedFor is not null)
            {
                return false;
            }

            _reservedFor = target;
            return true;
        }
    }

    void ISourceBlock<T>.ReleaseReservation(DataflowMessageHeader messageHeader, ITargetBlock<T> target)
    {
        bool withdraws;
        lock (_lock)
        {
            _reservedFor = null;
            withdraws = _isWithdrawn;
        }

        if (withdraws)
        {
            Decide(false);
        }
    }

    IDisposable ISourceBlock<T>.LinkTo(ITargetBlock<T> target, DataflowLinkOptions linkOptions) =>
        throw new NotSupportedException("A single offered value has no links.");

    void IDataflowBlock.Complete()
    {
    }

    void IDataflowBlock.Fault(Exception exception)
    {
    }

    /// <summary>Takes the value back unless the block has it; a block that has reserved it decides first.</summary>
    void Withdraw()
    {
        lock (_lock)
        {
            _isWithdrawn = true;
            if (_reservedFor is not null)
            {
                return;
            }
        }

        Decide(false);
    }

    void Decide(bool isTaken)
    {
        lock (_lock)
        {
            if (_isDecided)
            {
                return;
            }

            _isDecided = true;
        }

        _taken.TrySetResult(isTaken);
    }
}
