using System.Collections.Concurrent;

namespace AgentChain.Engine.Primitives;

/// <summary>
/// Wraps the host's task scheduler so that queueing a task never throws. A Dataflow block whose scheduler throws faults permanently, and
/// every later turn would be lost with it.
/// </summary>
/// <remarks>
/// A task that the host's scheduler refuses runs on the thread pool, which keeps the Dataflow block and the deadlines alive. The value that
/// was being queued fails its turn: <see cref="TakeRefusal"/> returns the exception on the thread that queued it. Safe for use from any
/// thread.
/// </remarks>
sealed class GuardedScheduler(TaskScheduler inner) : TaskScheduler
{
    readonly ConcurrentDictionary<int, Exception> _refusals = new();
    volatile bool _hasRefused;

    public override int MaximumConcurrencyLevel => inner.MaximumConcurrencyLevel;

    /// <summary>
    /// Returns the exception that the host's scheduler threw for a task that this thread queued since the last call; null if there is none.
    /// </summary>
    public Exception? TakeRefusal() =>
        _hasRefused && _refusals.TryRemove(Environment.CurrentManagedThreadId, out Exception? refusal) ? refusal : null;

    protected override void QueueTask(Task task)
    {
        var carrier = new Task(
            static state =>
            {
                (GuardedScheduler self, Task task) = ((GuardedScheduler, Task))state!;
                self.TryExecuteTask(task);
            },
            (this, task),
            CancellationToken.None,
            TaskCreationOptions.DenyChildAttach);
        try
        {
            carrier.Start(inner);
        }
        catch (Exception error)
        {
            _refusals[Environment.CurrentManagedThreadId] = error.InnerException ?? error;
            _hasRefused = true;
            ThreadPool.UnsafeQueueUserWorkItem(
                static carried => carried.Self.TryExecuteTask(carried.Task), (Self: this, Task: task), preferLocal: false);
        }
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && ReferenceEquals(Current, this) && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks() => [];
}
