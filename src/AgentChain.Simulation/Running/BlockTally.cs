namespace AgentChain.Simulation;

/// <summary>Counts the time of one block: first within a turn, then over all turns.</summary>
sealed class BlockTally(string block, int number)
{
    readonly LatencyTally _queue = new();
    readonly LatencyTally _device = new();
    readonly LatencyTally _run = new();
    long _runs;
    TimeSpan _queueNow;
    TimeSpan _deviceNow;
    TimeSpan _workingNow;

    public string Block => block;

    public int Number => number;

    /// <summary>Whether the block has run in the current turn.</summary>
    public bool IsTouched { get; private set; }

    public void Add(in BlockSpan span)
    {
        IsTouched = true;
        _runs += span.Runs;
        _queueNow += span.Started - span.Queued;
        _deviceNow += span.DeviceWait;
        _workingNow += span.Working;
    }

    /// <summary>Adds a wait in the queue of a simulated device, which the chain counts as work of the block.</summary>
    public void AddJobWait(TimeSpan wait)
    {
        _deviceNow += wait;
        _workingNow -= wait;
    }

    public void EndTurn()
    {
        _queue.Add(_queueNow);
        _device.Add(_deviceNow);
        _run.Add(_workingNow);
        (IsTouched, _queueNow, _deviceNow, _workingNow) = (false, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero);
    }

    public BlockBreakdown Result() => new() { Block = block, Runs = _runs, Queue = new(_queue), DeviceWait = new(_device), Run = new(_run) };
}
