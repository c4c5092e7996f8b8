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

    /// <summary>Removes a canceled job. A step that has begun takes its time nevertheless; the rest of it is nobody's.</summary>
    public void Leave(BatchJob job)
    {
        if (_state == State.Running && _step.Contains(job))
        {
            job.Worked += _device.Clock.GetElapsedTime(Since) / _step.Count;
        }

        if (!Sequences.Remove(job))
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
        _device.TakePrompts(_step);
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
        if (!_step[0].IsPrompt)
        {
            // A step computes one token more than the sequence has.
            return new() { Sequences = _step.Count, ContextTokens = _step.Sum(job => (long)job.Tokens + job.Produced + 1) };
        }

        return new()
        {
            Prompts = _step.Count,
            PromptTokens = _step.Sum(job => (long)job.Tokens),
            SquaredPromptTokens = _step.Sum(job => (double)job.Tokens * job.Tokens),
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
            if (job.IsPrompt || job.Produce())
            {
                Sequences.Remove(job);
                _device.End(job, null);
            }
        }

        Gather();
    }

    void Fail(Exception error)
    {
        foreach (BatchJob job in _step)
        {
            Sequences.Remove(job);
            if (!job.IsGone)
            {
                _device.End(job, error);
            }
        }

        Gather();
    }

    /// <summary>(1) What has ended is heard of, and may bring new work. (2) The next step begins, with that work.</summary>
    void Gather()
    {
        _state = State.Gathering;
        _timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }
}
