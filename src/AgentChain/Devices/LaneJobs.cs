namespace AgentChain.Devices;

/// <summary>
/// The jobs that wait for a lane: committed ones first, and of these the one whose request should begin earliest; speculative ones in order
/// of arrival. A speculative job that has committed is found when the next job is taken. Not thread-safe.
/// </summary>
sealed class LaneJobs(int capacity)
{
    /// <summary>The number of speculative jobs that are asked each time whether they have committed.</summary>
    const int Looked = 16;

    readonly PriorityQueue<LaneJob, (long StartBy, long Number)> _committed = new();
    readonly List<LaneJob> _speculative = [];

    /// <summary>The jobs for which there was no room.</summary>
    readonly LinkedList<LaneJob> _outside = new();
    long _number;

    public int Count => _committed.Count + _speculative.Count;

    /// <summary>Adds a job; false if it must wait for room.</summary>
    public bool Add(LaneJob job)
    {
        if (Count >= capacity)
        {
            _outside.AddLast(job);
            return false;
        }

        Enter(job);
        return true;
    }

    /// <summary>Takes the next job; null if there is none.</summary>
    public LaneJob? Take()
    {
        Promote();
        if (!_committed.TryDequeue(out LaneJob? next, out _) && _speculative.Count > 0)
        {
            next = _speculative[0];
            _speculative.RemoveAt(0);
        }

        if (next is not null && _outside.First is { } first)
        {
            _outside.RemoveFirst();
            Enter(first.Value);
        }

        return next;
    }

    /// <summary>Removes a job for which there was no room; false if there has been since.</summary>
    public bool RemoveOutside(LaneJob job) => _outside.Remove(job);

    /// <summary>Takes all jobs out: those that waited in the lane, and those for which there was no room.</summary>
    public (LaneJob[] Inside, LaneJob[] Outside) Clear()
    {
        LaneJob[] inside = [.. _committed.UnorderedItems.Select(static item => item.Element), .. _speculative];
        LaneJob[] outside = [.. _outside];
        _committed.Clear();
        _speculative.Clear();
        _outside.Clear();
        return (inside, outside);
    }

    void Enter(LaneJob job)
    {
        job.Number = _number++;
        if (job.IsSpeculative)
        {
            _speculative.Add(job);
        }
        else
        {
            Commit(job);
        }
    }

    void Commit(LaneJob job) => _committed.Enqueue(job, (job.Rank?.Request.StartBy ?? long.MaxValue, job.Number));

    void Promote()
    {
        for (int i = Math.Min(Looked, _speculative.Count) - 1; i >= 0; i--)
        {
            if (!_speculative[i].IsSpeculative)
            {
                Commit(_speculative[i]);
                _speculative.RemoveAt(i);
            }
        }
    }
}
