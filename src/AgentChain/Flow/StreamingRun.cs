namespace AgentChain.Flow;

/// <summary>A run that makes more than one output, and so has outputs to count and a stall to watch.</summary>
abstract class StreamingRun(TurnState turn, FlowNode node, Hop? cause, long startedAt) : ActiveRun(turn, node, cause, startedAt)
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

    /// <summary>Waits for room behind the run, which is not its stall.</summary>
    protected async Task HandOnAsync(ValueTask written)
    {
        _isHandingOn = true;
        await written;
        CountOutput();
        _isHandingOn = false;
    }
}
