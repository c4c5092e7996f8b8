using AgentChain.Engine.Runs;
using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Interop;

/// <summary>
/// A turn's run of an external Dataflow block: answered once, by an output, by a failure, or because the answer is no longer needed.
/// </summary>
sealed class ForeignRun<TOut>(TurnCore turn, BlockNode node, TraceStep? cause, long startedAt) : BlockRun(turn, node, cause, startedAt)
{
    readonly TaskCompletionSource<Answer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int _hasReturned;

    /// <summary>Called when the turn and its grace period have ended while the run still waits for its answer.</summary>
    public Action<ForeignRun<TOut>>? OnLeftBehind { get; init; }

    public void Begin() => Watch();

    /// <summary>Called when the block has returned the run's output. Quick, and runs no host code.</summary>
    public void Arrive(TOut value) => Return(new Answer(true, value, null));

    /// <summary>Called when the block cannot answer. Quick, and runs no host code.</summary>
    public void Break(ForeignFailure failure) => Return(new Answer(false, default!, failure));

    /// <summary>Called when the block never received the input and no caller waits for the output.</summary>
    public void GiveUp() => Return(default);

    /// <summary>Waits for the answer; a failure ends the turn here, on the chain's scheduler.</summary>
    public async Task<(bool Arrived, TOut Value)> AnswerAsync()
    {
        Answer answer = await _answer.Task;
        if (answer.Failure is { } failure)
        {
            Fail(failure.ToException(Node));
        }

        return (answer.Arrived, answer.Value);
    }

    protected override bool ClaimFallback() => false;

    protected override Task FallBackAsync() => Task.CompletedTask;

    protected override void Release()
    {
        _answer.TrySetResult(default);
        OnLeftBehind?.Invoke(this);
    }

    void Return(Answer answer)
    {
        if (Interlocked.Exchange(ref _hasReturned, 1) != 0)
        {
            return;
        }

        if (TryFinish())
        {
            Node.Ended(this, Turn.Runtime.Now);
            _answer.TrySetResult(answer);
        }
    }

    readonly record struct Answer(bool Arrived, TOut Value, ForeignFailure? Failure);
}
