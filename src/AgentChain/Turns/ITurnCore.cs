using System.Diagnostics;

namespace AgentChain.Turns;

/// <summary>The implementation of a <see cref="Turn{T}"/>.</summary>
interface ITurnCore<out T>
{
    TurnId Id { get; }

    Task<TurnResult> Completion { get; }

    IAsyncEnumerable<T> ReadAsync(bool keepRunning, CancellationToken cancellationToken);

    void Interrupt();

    void Pause();

    void Resume();

    void ReportHeard(int items);

    Task<TurnQuiescence> WhenQuiescentAsync();
}
