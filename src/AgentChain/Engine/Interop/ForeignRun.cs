using AgentChain.Engine.Runs;
using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Interop;

/// <summary>A turn's run of a foreign Dataflow block: answered once, by an output, a failure, or because nobody wants it any more.</summary>
sealed class ForeignRun<TOut>(TurnCore turn, BlockNode node, TraceStep? cause, long startedAt) : BlockRun(turn, node, cause, startedAt)
{
    readonly TaskCompletionSource<Answer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int _hasReturned;

    /// <summary>Called when the turn has ended, and its grace too, while the run still waits for its answer.</summary>
    public Action<ForeignRun<TOut>>? OnLeftBehind { get; init; }

    public void Begin() => Watch();

    /// <summary>The block has put out the run's output. Quick, and runs no code of the host.</summary>
    public void Arrive(TOut value) => Return(new Answer(true, value, null));

    /// <summary>The block cannot answer. Quick, and runs no code of the host.</summary>
    public void Break(ForeignFailure failure) => Return(new Answer(false, default!, failure));

    /// <summary>The block never got the input, and nobody waits for the output.</summary>
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
