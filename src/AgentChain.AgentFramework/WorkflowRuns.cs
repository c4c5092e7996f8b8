namespace AgentChain.AgentFramework;

/// <summary>
/// The runs of one workflow. A workflow whose executors cannot be shared belongs to one run at a time, and a canceled run gives it back
/// only when its executors have returned, which may be after the turn's grace. Thread-safe.
/// </summary>
sealed class WorkflowRuns
{
    readonly Lock _lock = new();
    readonly HashSet<Entry> _inside = [];

    /// <summary>Adds a run. Dispose of the entry when the run has been disposed.</summary>
    /// <param name="token">The token that cancels the run.</param>
    public Entry Enter(CancellationToken token)
    {
        var entry = new Entry(this, token);
        lock (_lock)
        {
            _inside.Add(entry);
        }

        return entry;
    }

    public sealed class Entry(WorkflowRuns runs, CancellationToken token) : IDisposable
    {
        readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Returns a task that completes when one of the other runs that are canceled has left; null if there is none.</summary>
        public Task? AnyCanceledLeft()
        {
            lock (runs._lock)
            {
                Task[] canceled = [.. runs._inside.Where(run => run != this && run.IsCanceled).Select(run => run._left.Task)];
                return canceled.Length == 0 ? null : Task.WhenAny(canceled);
            }
        }

        public void Dispose()
        {
            lock (runs._lock)
            {
                runs._inside.Remove(this);
            }

            _left.TrySetResult();
        }

        bool IsCanceled => token.IsCancellationRequested;
    }
}
