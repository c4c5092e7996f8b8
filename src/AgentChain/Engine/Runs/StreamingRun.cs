using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Runs;

/// <summary>A run with more than one output, whose outputs are counted and whose stalls are watched.</summary>
abstract class StreamingRun(TurnCore turn, BlockNode node, TraceStep? cause, long startedAt) : BlockRun(turn, node, cause, startedAt)
{
    // Read by the deadline thread without synchronization: a stale value reports, at worst, a stall that ended in that instant.
    long _lastOutputAt;
    volatile bool _isHandingOn;

    protected override long LastOutputAt => _lastOutputAt;

    protected override bool IsHandingOn => _isHandingOn;

    /// <summary>Counts an output and moves the clock to the next limit.</summary>
    protected long CountOutput()
    {
        long now = Turn.Runtime.Now;
        bool isFirst = _lastOutputAt == 0;
        _lastOutputAt = now;
        if (isFirst)
        {
            WatchStall(now);
        }

        return now;
    }

    /// <summary>Marks the run as waiting for room downstream, which is not its stall.</summary>
    protected void BeginHandingOn() => _isHandingOn = true;

    protected void EndHandingOn()
    {
        // In this order: otherwise, the deadline thread could take the wait for a stall.
        CountOutput();
        _isHandingOn = false;
    }

    /// <summary>Waits for room downstream.</summary>
    protected async Task HandOnAsync(ValueTask written)
    {
        BeginHandingOn();
        await written;
        EndHandingOn();
    }

    /// <summary>Forgets the outputs of the previous run.</summary>
    protected void ForgetOutputs() => _lastOutputAt = 0;
}
