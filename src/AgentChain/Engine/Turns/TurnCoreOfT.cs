using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;
using AgentChain.Turns;

namespace AgentChain.Engine.Turns;

/// <summary>A turn whose output is of one type.</summary>
abstract class TurnCore<T>(ChainRuntime runtime, TurnId id) : TurnCore(runtime, id), ITurnCore<T>, IBargeable
{
    public abstract Task<TurnResult> Completion { get; }

    public TaskCreationOptions Continuations => Runtime.Continuations;

    /// <summary>The control between the output and its reader, created on first use.</summary>
    public abstract OutputControl<T> Gate { get; }

    /// <summary>The number of items that were delivered to the host, and the number of those that were heard.</summary>
    public (int Given, int Heard) Told => (Gate.Given, Gate.Heard);

    public abstract IAsyncEnumerable<T> ReadAsync(bool keepRunning, CancellationToken cancellationToken);

    /// <summary>Returns the first items that were produced, if the turn keeps its output.</summary>
    public abstract IReadOnlyList<T> First(int count);

    public void Pause() => Gate.Pause(true);

    public void Resume() => Gate.Pause(false);

    public void ReportHeard(int items) => Gate.ReportHeard(items);

    public Task<TurnQuiescence> WhenQuiescentAsync() => WhenQuiescentAsync(Completion);

    public void Hold() => Gate.Hold(1);

    public void Release() => Gate.Hold(-1);

    public void CutOff()
    {
        Interrupt();
        Gate.Cut(AnyLeft);
    }

    /// <summary>
    /// Whether a host's wait continues on the current scheduler. It must on a chain's own scheduler, because virtual time depends on it,
    /// and must not on a host's synchronization context, whose only thread may be blocked.
    /// </summary>
    protected static bool ComesBack => !ReferenceEquals(TaskScheduler.Current, TaskScheduler.Default);

    /// <summary>Wakes a waiting reader, because the output control has changed.</summary>
    public virtual void WakeReader()
    {
    }

    /// <summary>Whether there is output that the reader has not received yet.</summary>
    protected abstract bool AnyLeft();
}
