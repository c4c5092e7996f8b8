using System.Runtime.InteropServices;
using AgentChain.Devices;

namespace AgentChain.Onnx.Language;

/// <summary>Represents a generation that takes part in a <see cref="DecodeLoop"/> until it ends, is canceled or must wait for its reader.</summary>
/// <param name="lane">The lane, with the order that the generation's lease has there.</param>
/// <param name="generator">The generation's state.</param>
/// <param name="give">Passes a token to the reader, or refuses if the reader is slow.</param>
/// <param name="signal">Wakes the reader.</param>
/// <param name="remaining">The time left to the end of the generation, or <see langword="null"/> if there is no limit.</param>
/// <param name="cancellationToken">The token that ends the generation.</param>
sealed class DecodeMember(
    DeviceLane lane, TokenGenerator generator, Func<GeneratedToken, bool> give, TokenSignal signal, Func<TimeSpan>? remaining,
    CancellationToken cancellationToken)
{
    readonly TaskCompletionSource<GeneratedToken?> _left = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Held while a token is delivered, so that a generation whose lane is given up at that time either has the token or ends before it.</summary>
    readonly Lock _delivery = new();

    public DeviceLane Lane => lane;

    public TokenGenerator Generator => generator;

    public CancellationToken CancellationToken => cancellationToken;

    /// <summary>Completes when the generation has left the loop, with the token that its reader refused.</summary>
    public Task<GeneratedToken?> Left => _left.Task;

    /// <summary>The time that the generation can spend on each of its next tokens; the maximum if there is no limit.</summary>
    public TimeSpan Slack { get; set; } = TimeSpan.MaxValue;

    public bool HasLeft => _left.Task.IsCompleted;

    public bool HasFailed => _left.Task.IsFaulted;

    /// <summary>The generation's cache, if it can be in a step with others.</summary>
    public SharedKeyValueCache Shared => (SharedKeyValueCache)generator.Cache;

    /// <summary>Measures <see cref="Slack"/>.</summary>
    public void MeasureSlack(AnswerLengths lengths)
    {
        if (remaining is null || HasLeft)
        {
            return;
        }

        try
        {
            TimeSpan left = remaining();
            Slack = left == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : left / lengths.Left(generator.Given, generator.MostLeft);
        }
        catch (Exception error)
        {
            Fail(error);
        }
    }

    /// <summary>Reads the next part of the prompt.</summary>
    public void ReadPrompt() => Try(static m => m.Deliver(m.Generator.ReadPrompt(m.CancellationToken)));

    /// <summary>Takes a step alone.</summary>
    public void Step() => Try(static m => m.Deliver(m.Generator.Step(m.CancellationToken)));

    /// <summary>Takes the logits of a step that was made together with others.</summary>
    public void Take(Span<float> logits)
    {
        try
        {
            Deliver(generator.Take(logits));
        }
        catch (Exception error)
        {
            Fail(error);
        }
    }

    /// <summary>Takes a step alone, and compares its logits with those of a step together with others.</summary>
    /// <returns>Whether they are equal to the last bit; <see langword="null"/> if there are none, because the step failed.</returns>
    public bool? StepAndCompare(ReadOnlySpan<float> together)
    {
        bool? isEqual = null;
        try
        {
            int token = generator.NextToken;
            Span<float> alone = generator.Cache.Read(new ReadOnlySpan<int>(in token));
            isEqual = MemoryMarshal.AsBytes<float>(alone).SequenceEqual(MemoryMarshal.AsBytes(together));
            Deliver(generator.Take(alone));
        }
        catch (Exception error)
        {
            Fail(error);
        }

        return isEqual;
    }

    /// <summary>Wakes the reader for the tokens that it does not know of yet, because something else than a step comes next.</summary>
    public void Flush() => signal.Flush();

    /// <summary>Leaves the loop if the generation was canceled.</summary>
    public void LeaveIfCanceled()
    {
        if (cancellationToken.IsCancellationRequested)
        {
            _left.TrySetCanceled(cancellationToken);
        }
    }

    public void Fail(Exception error)
    {
        lock (_delivery)
        {
            if (error is OperationCanceledException canceled)
            {
                _left.TrySetCanceled(canceled.CancellationToken);
            }
            else
            {
                _left.TrySetException(error);
            }
        }
    }

    void Try(Action<DecodeMember> work)
    {
        LeaveIfCanceled();
        if (HasLeft)
        {
            return;
        }

        try
        {
            work(this);
        }
        catch (Exception error)
        {
            Fail(error);
        }
    }

    void Deliver(GeneratedToken? token)
    {
        lock (_delivery)
        {
            if (HasLeft)
            {
                return;
            }

            GeneratedToken? refused = token is { } made && !give(made) ? made : null;
            if (refused is not null || generator.Finish is not null)
            {
                _left.TrySetResult(refused);
            }
            else if (token is not null)
            {
                signal.Token();
            }
        }
    }
}
