using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Runs;

/// <summary>A run that makes more than one output, and so has outputs to count and a stall to watch.</summary>
abstract class StreamingRun(TurnCore turn, BlockNode node, TraceStep? cause, long startedAt) : BlockRun(turn, node, cause, startedAt)
{
    long _lastOutputAt;
    bool _isHandingOn;

    protected override long LastOutputAt => _lastOutputAt;

    protected override bool IsHandingOn => _isHandingOn;

    /// <summary>Counts an output; the clock goes on to the next limit.</summary>
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

    /// <summary>The run waits for room downstream, which is not its stall.</summary>
    protected void BeginHandingOn() => _isHandingOn = true;

    protected void EndHandingOn()
    {
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

    /// <summary>Forgets the outputs of the run before.</summary>
    protected void ForgetOutputs() => _lastOutputAt = 0;
}
