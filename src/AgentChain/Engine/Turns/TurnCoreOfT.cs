using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;
using AgentChain.Turns;

namespace AgentChain.Engine.Turns;

/// <summary>A turn that makes output of a type.</summary>
abstract class TurnCore<T>(ChainRuntime runtime, TurnId id) : TurnCore(runtime, id), ITurnCore<T>, IBargeable
{
    public abstract Task<TurnResult> Completion { get; }

    public TaskCreationOptions Continuations => Runtime.Continuations;

    /// <summary>The gate in front of the reader, made when first asked for.</summary>
    public abstract OutputControl<T> Gate { get; }

    /// <summary>How much of the output the host was given, and how much of that was heard.</summary>
    public (int Given, int Heard) Told => (Gate.Given, Gate.Heard);

    public abstract IAsyncEnumerable<T> ReadAsync(bool keepRunning, CancellationToken cancellationToken);

    /// <summary>The first items that were made; of a turn whose output is kept.</summary>
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
    /// Whether a wait of a host comes back on the current scheduler: on a chain's own, virtual time depends on it. Never on a host's
    /// synchronization context, whose one thread may be blocked.
    /// </summary>
    protected static bool ComesBack => !ReferenceEquals(TaskScheduler.Current, TaskScheduler.Default);

    /// <summary>The gate has changed: a reader that waits looks again.</summary>
    public virtual void WakeReader()
    {
    }

    /// <summary>Whether there is output that the reader does not have yet.</summary>
    protected abstract bool AnyLeft();
}
