namespace AgentChain.Benchmarks.Simulations.Goodput;

/// <summary>
/// Simulates a policy of the literature on the four stages.
/// <code>
///   arrival ── queue 1 ══ servers 1 ── queue 2 ══ servers 2 ── ... ── end
///                 └ a server is free: pick by the order, drop by the rule, run to the end
/// </code>
/// </summary>
/// <param name="policy">The policy.</param>
/// <param name="cancels">Whether a run ends when its turn's deadline passes, as in AgentChain; in the papers it does not.</param>
sealed class Baseline(BaselinePolicy policy, bool cancels)
{
    static readonly int Count = Workload.Stages.Length;

    readonly List<Visit>[] _queues = [.. Workload.Stages.Select(_ => new List<Visit>())];
    readonly int[] _busy = new int[Count];
    readonly PriorityQueue<(Visit Visit, int Stage), (double Time, long Number)> _events = new();
    long _numbers;
    double _useful;
    double _wasted;
    int _onTime;

    /// <summary>Runs the jobs and returns the share that was on time, and the share of the servers' time that went to others.</summary>
    public static (double OnTime, double Waste) Run(BaselinePolicy policy, Job[] jobs, bool cancels)
    {
        var it = new Baseline(policy, cancels);
        foreach (Job job in jobs)
        {
            it._events.Enqueue((new Visit(job, it.Rest(job)), -1), (job.At, it._numbers++));
        }

        while (it._events.TryDequeue(out (Visit Visit, int Stage) ended, out (double Time, long Number) at))
        {
            it.End(ended.Visit, ended.Stage, at.Time);
        }

        return ((double)it._onTime / jobs.Length, it._wasted / (it._wasted + it._useful));
    }

    double[] Rest(Job job)
    {
        double[] known = policy.Knows switch
        {
            Knowledge.Medians => Workload.Medians,
            Knowledge.Predictions => job.Predicted,
            _ => job.Work,
        };
        return [.. Enumerable.Range(0, Count + 1).Select(stage => known[stage..].Sum())];
    }

    void End(Visit visit, int stage, double now)
    {
        if (stage >= 0)
        {
            _busy[stage]--;
        }

        bool isLate = now > visit.Deadline;
        if (stage == Count - 1 || isLate)
        {
            Tally(visit, onTime: !isLate);
        }
        else
        {
            _queues[stage + 1].Add(visit);
            Serve(stage + 1, now);
        }

        if (stage >= 0)
        {
            Serve(stage, now);
        }
    }

    void Serve(int stage, double now)
    {
        while (_busy[stage] < Workload.Stages[stage].Servers && _queues[stage].Count > 0)
        {
            Visit next = Pick(stage);
            if (Drops(next, stage, now))
            {
                Tally(next, onTime: false);
                continue;
            }

            double end = now + next.Job.Work[stage];
            end = cancels ? Math.Min(end, next.Deadline + 1e-9) : end;
            next.Spent += end - now;
            _busy[stage]++;
            _events.Enqueue((next, stage), (end, _numbers++));
        }
    }

    Visit Pick(int stage)
    {
        List<Visit> queue = _queues[stage];
        bool flips = policy.FlipsInOverload && queue.Count > 2 * Workload.Stages[stage].Servers;
        int best = 0;
        for (int i = 1; i < queue.Count; i++)
        {
            double difference = Key(queue[i], stage) - Key(queue[best], stage);
            best = (flips ? difference > 0 : difference < 0) ? i : best;
        }

        Visit picked = queue[best];
        queue.RemoveAt(best);
        return picked;
    }

    double Key(Visit visit, int stage) =>
        policy.Order == QueueOrder.FirstCome ? visit.Job.At : visit.Deadline - visit.Rest[stage];

    bool Drops(Visit visit, int stage, double now) => policy.Drop switch
    {
        DropRule.AfterDeadline => now > visit.Deadline,
        DropRule.AfterShare => now + Workload.Medians[stage]
            > visit.Job.At + (Workload.Limit * Workload.Medians[..(stage + 1)].Sum() / Workload.Medians.Sum()),
        _ => now + visit.Rest[stage] > visit.Deadline,
    };

    void Tally(Visit visit, bool onTime)
    {
        _onTime += onTime ? 1 : 0;
        _useful += onTime ? visit.Spent : 0;
        _wasted += onTime ? 0 : visit.Spent;
    }

    sealed class Visit(Job job, double[] rest)
    {
        public Job Job { get; } = job;

        /// <summary>The known time from the begin of each stage to the end.</summary>
        public double[] Rest { get; } = rest;

        public double Deadline { get; } = job.At + Workload.Limit;

        public double Spent { get; set; }
    }
}
