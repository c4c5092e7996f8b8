namespace AgentChain.Tests.Simulation;

/// <summary>Runs every task on one thread, in the order of their queueing.</summary>
sealed class VirtualScheduler(Action checkThread) : TaskScheduler
{
    readonly Queue<Task> _ready = new();

    public override int MaximumConcurrencyLevel => 1;

    /// <summary>Runs the next task; false when there is none.</summary>
    public bool RunNext()
    {
        if (!_ready.TryDequeue(out Task? task))
        {
            return false;
        }

        TryExecuteTask(task);
        return true;
    }

    protected override void QueueTask(Task task)
    {
        checkThread();
        _ready.Enqueue(task);
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued)
    {
        checkThread();
        return !taskWasPreviouslyQueued && TryExecuteTask(task);
    }

    protected override IEnumerable<Task> GetScheduledTasks() => [.. _ready];
}
