namespace AgentChain.Simulation;

/// <summary>One server of a <see cref="SimulatedBatchDevice"/>: runs a step, lets who has finished go, takes in who has come, and so on.</summary>
sealed class BatchServer
{
    readonly SimulatedBatchDevice _device;
    readonly ITimer _timer;
    readonly List<BatchJob> _step = [];
    State _state;
    TimeSpan _time;
    TimeSpan _share;

    public BatchServer(SimulatedBatchDevice device)
    {
        _device = device;
        _timer = device.Clock.CreateTimer(
            static server => ((BatchServer)server!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    enum State
    {
        Idle,

        /// <summary>A step begins as soon as everything of this instant has happened.</summary>
        Gathering,
        Running,
    }

    /// <summary>The sequences in the batch.</summary>
    public List<BatchJob> Sequences { get; } = [];

    /// <summary>The sequences that wait for room in the batch.</summary>
    public List<BatchJob> Waiting { get; } = [];

    /// <summary>The prompts that have been read in part.</summary>
    public List<BatchJob> Reading { get; } = [];

    public bool IsRunning => _state == State.Running;

    public long Since { get; private set; }

    /// <summary>Begins a step in this instant, unless one runs.</summary>
    public void Wake()
    {
        if (_state == State.Idle)
        {
            Gather();
        }
    }

    /// <summary>Removes a canceled job. A step that has begun takes its time nevertheless; the rest of it belongs to no job.</summary>
    public void Leave(BatchJob job)
    {
        if (_state == State.Running && _step.Contains(job))
        {
            job.Worked += _device.Clock.GetElapsedTime(Since) / _step.Count;
        }

        if (!Sequences.Remove(job) && !Reading.Remove(job))
        {
            Waiting.Remove(job);
        }
    }

    void OnTimer()
    {
        if (_state == State.Running)
        {
            EndStep();
        }
        else
        {
            BeginStep();
        }
    }

    void BeginStep()
    {
        _step.Clear();
        if (_device.ChunkTokens is { } most)
        {
            _device.Admit(this);
            _step.AddRange(Sequences);
            _device.TakeChunks(this, _step, Math.Max(1, most - Sequences.Count));
        }
        else
        {
            _device.TakePrompts(this, _step);
        }

        if (_step.Count == 0)
        {
            _device.Admit(this);
            _step.AddRange(Sequences);
        }

        if (_step.Count == 0)
        {
            _state = State.Idle;
            return;
        }

        Since = _device.Clock.GetTimestamp();
        foreach (BatchJob job in _step)
        {
            job.Server = this;
            job.StartedAt = job.StartedAt == 0 ? Since : job.StartedAt;
        }

        if (!_device.TryGetTime(Shape(), out _time, out Exception? error))
        {
            Fail(error);
            return;
        }

        (_state, _share) = (State.Running, _time / _step.Count);
        _timer.Change(_time, Timeout.InfiniteTimeSpan);
    }

    BatchStep Shape()
    {
        (int prompts, long tokens, double squares, long before, long context) = (0, 0L, 0.0, 0L, 0L);
        foreach (BatchJob job in _step)
        {
            if (job.IsPrompt)
            {
                double end = (double)job.Read + job.Chunk;
                before += job.Read;
                (prompts, tokens, squares) = (prompts + 1, tokens + job.Chunk, squares + (end * end) - ((double)job.Read * job.Read));
            }
            else
            {
                // A step computes one token more than the sequence has.
                context += (long)job.Tokens + job.Produced + 1;
            }
        }

        return new()
        {
            Prompts = prompts,
            PromptTokens = tokens,
            SquaredPromptTokens = squares,
            PromptContextTokens = before,
            Sequences = _step.Count - prompts,
            ContextTokens = context,
        };
    }

    void EndStep()
    {
        _device.Stepped(_time, _step.Count);
        foreach (BatchJob job in _step)
        {
            if (job.IsGone)
            {
                continue;
            }

            job.Worked += _share;
            job.Read += job.Chunk;
            if (job.IsPrompt ? job.Read >= job.Tokens : job.Produce())
            {
                Remove(job);
                _device.End(job, null);
            }
        }

        Gather();
    }

    void Fail(Exception error)
    {
        foreach (BatchJob job in _step)
        {
            Remove(job);
            if (!job.IsGone)
            {
                _device.End(job, error);
            }
        }

        Gather();
    }

    void Remove(BatchJob job) => (job.IsPrompt ? Reading : Sequences).Remove(job);

    /// <summary>(1) What has ended is heard of, and may bring new work. (2) The next step begins, with that work.</summary>
    void Gather()
    {
        _state = State.Gathering;
        _timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }
}
