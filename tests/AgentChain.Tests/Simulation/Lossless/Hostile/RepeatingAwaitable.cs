using System.Threading.Tasks.Sources;
using AgentChain.Simulation;

namespace AgentChain.Tests.Simulation.Lossless.Hostile;

/// <summary>Backs a value task that has the result of another, and calls its continuation three times; where it is done already, while it is being set.</summary>
sealed class RepeatingAwaitable<T>(VirtualWorld world, Task<T> inner, Action met) : IValueTaskSource<T>
{
    bool _isAwaited;

    public ValueTaskSourceStatus GetStatus(short token) => (_isAwaited && inner.IsCompleted, inner.Status) switch
    {
        (false, _) => ValueTaskSourceStatus.Pending,
        (_, TaskStatus.RanToCompletion) => ValueTaskSourceStatus.Succeeded,
        (_, TaskStatus.Canceled) => ValueTaskSourceStatus.Canceled,
        _ => ValueTaskSourceStatus.Faulted,
    };

    public T GetResult(short token) => inner.IsCompleted ? inner.GetAwaiter().GetResult() : throw new InvalidOperationException("It is not completed.");

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        met();
        _isAwaited = true;
        if (inner.IsCompleted)
        {
            Continue();
        }
        else
        {
            inner.ContinueWith(_ => Continue(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, world.Scheduler);
        }

        void Continue()
        {
            continuation(state);
            continuation(state);
            world.Post(_ => continuation(state), this);
        }
    }
}
