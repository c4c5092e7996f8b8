namespace AgentChain.Simulation;

/// <summary>A prompt or a sequence of a <see cref="SimulatedBatchDevice"/>: waiting, in the batch of a server, or ended.</summary>
/// <remarks>Continuations run later, so that no host code runs in the middle of a step's end.</remarks>
sealed class BatchJob : TaskCompletionSource
{
    readonly SimulatedBatchDevice _device;
    readonly BlockContext? _context;
    CancellationTokenRegistration _registration;
    TaskCompletionSource? _reader;

    public BatchJob(SimulatedBatchDevice device, int tokens, int steps, BlockContext? context, CancellationToken cancellationToken)
        : base(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        (_device, Tokens, Steps, _context, CancellationToken) = (device, tokens, steps, context, cancellationToken);
        if (context is { } run)
        {
            (Turn, Block) = (run.TurnId.Value, run.BlockName);
        }
    }

    /// <summary>The tokens of the prompt, or those that the sequence looks back on at first.</summary>
    public int Tokens { get; }

    /// <summary>The tokens that the sequence produces; 0 for a prompt.</summary>
    public int Steps { get; }

    /// <summary>The tokens of the prompt that have been read, and those that the step that runs reads.</summary>
    public int Read { get; set; }

    public int Chunk { get; set; }

    /// <summary>The tokens that the sequence has produced.</summary>
    public int Produced { get; private set; }

    public bool IsPrompt => Steps == 0;

    public CancellationToken CancellationToken { get; }

    /// <summary>The turn that the job works for; 0 if it is not known.</summary>
    public long Turn { get; }

    public string? Block { get; }

    /// <summary>The server to whose batch a sequence belongs.</summary>
    public BatchServer? Server { get; set; }

    public long QueuedAt { get; init; }

    /// <summary>When the job's first step began; 0 if none has.</summary>
    public long StartedAt { get; set; }

    /// <summary>The job's parts of the times of its steps.</summary>
    public TimeSpan Worked { get; set; }

    /// <summary>Whether the job has left the device.</summary>
    public bool IsGone { get; set; }

    public bool IsSpeculative => _context?.IsSpeculative ?? false;

    public void Watch() => _registration = CancellationToken.UnsafeRegister(static (job, _) => ((BatchJob)job!).Cancel(), this);

    /// <summary>Counts a token, and returns whether it was the last.</summary>
    public bool Produce()
    {
        Produced++;
        Interlocked.Exchange(ref _reader, null)?.TrySetResult();
        return Produced >= Steps;
    }

    /// <summary>Waits until a number of tokens has been produced, or the job has failed.</summary>
    public async ValueTask ReachAsync(int produced)
    {
        while (Produced < produced && !Task.IsCompleted)
        {
            TaskCompletionSource reader = _reader = new(TaskCreationOptions.RunContinuationsAsynchronously);
            await reader.Task;
        }

        if (Produced < produced)
        {
            await Task;
        }
    }

    public void Finish(Exception? error)
    {
        IsGone = true;
        _registration.Dispose();
        if (error is null)
        {
            TrySetResult();
        }
        else
        {
            TrySetException(error);
            _ = Task.Exception; // A reader of tokens that has left does not ask for it.
        }

        Interlocked.Exchange(ref _reader, null)?.TrySetResult();
    }

    public void Cancel()
    {
        if (IsGone)
        {
            return;
        }

        IsGone = true;
        _registration.Dispose();
        _device.Leave(this);
        TrySetCanceled(CancellationToken);
        Interlocked.Exchange(ref _reader, null)?.TrySetResult();
    }
}
