using System.Threading.Tasks.Sources;
using AgentChain.Simulation;

namespace AgentChain.Tests.Simulation.Lossless.Hostile;

/// <summary>Backs a value task that fails, by breaking the rules of value tasks.</summary>
sealed class FailingAwaitable<T>(VirtualWorld world, FailingAwaitable<T>.Lie lie) : IValueTaskSource<T>
{
    bool _isCompleted;

    public enum Lie
    {
        AskingThrows,
        Stale,
        RegisteringThrows,
        RegisteringThrowsAndContinues,
        ContinuesTwiceAndThrows,
    }

    public ValueTaskSourceStatus GetStatus(short token) => lie switch
    {
        Lie.AskingThrows => throw new PlannedFaultException(),
        Lie.Stale => throw new InvalidOperationException("The value task was consumed before."),
        _ => _isCompleted ? ValueTaskSourceStatus.Faulted : ValueTaskSourceStatus.Pending,
    };

    public T GetResult(short token) => throw new PlannedFaultException();

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        if (lie != Lie.RegisteringThrows)
        {
            world.Post(
                _ =>
                {
                    _isCompleted = true;
                    continuation(state);
                    continuation(state);
                },
                this);
        }

        if (lie != Lie.ContinuesTwiceAndThrows)
        {
            throw new PlannedFaultException();
        }
    }
}
