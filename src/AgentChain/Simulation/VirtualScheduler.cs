using System.Diagnostics;

namespace AgentChain.Simulation;

/// <summary>
/// Provides the scheduler of a <see cref="VirtualWorld"/>. It runs all tasks on the world's single thread, in the order in which they were
/// queued.
/// </summary>
/// <remarks>Queuing a task from another thread throws, because the order would then be nondeterministic.</remarks>
[DebuggerDisplay("{_ready.Count} ready")]
public sealed class VirtualScheduler : TaskScheduler
{
    readonly Queue<Task> _ready = new();
    readonly VirtualWorld _world;

    internal VirtualScheduler(VirtualWorld world) => _world = world;

    /// <inheritdoc/>
    public override int MaximumConcurrencyLevel => 1;

    /// <summary>Runs the next task; returns false if there is none.</summary>
    internal bool RunNext()
    {
        if (!_ready.TryDequeue(out Task? task))
        {
            return false;
        }

        TryExecuteTask(task);
        return true;
    }

    /// <inheritdoc/>
    protected override void QueueTask(Task task)
    {
        // On another thread an exception would crash the process: only the thread pool could catch it. The world fails instead,
        // with the place; a task that comes when the world is over is dropped.
        if (_world.IsHere())
        {
            _ready.Enqueue(task);
        }
    }

    /// <inheritdoc/>
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued)
    {
        return _world.IsHere() && !taskWasPreviouslyQueued && TryExecuteTask(task);
    }

    /// <inheritdoc/>
    protected override IEnumerable<Task> GetScheduledTasks() => [.. _ready];
}
