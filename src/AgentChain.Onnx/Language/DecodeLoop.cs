using System.Runtime.InteropServices;
using AgentChain.Devices;

namespace AgentChain.Onnx.Language;

/// <summary>
/// Runs the generations of a model that use the same lane. A generation that is alone runs as if there could be no others. Several read
/// their prompts one chunk at a time, and between the chunks those that have read theirs take steps together. Generations join and leave
/// between steps; the loop never waits for one. Thread-safe.
/// </summary>
/// <param name="tokensPerTurnOnLane">The number of steps after which the loop leaves its lane if other jobs wait for it.</param>
/// <param name="runner">What takes the steps.</param>
/// <param name="returned">Is told that a job has returned that the lane had given up; <see langword="null"/> to tell no one.</param>
sealed class DecodeLoop(int tokensPerTurnOnLane, BatchRunner runner, Action? returned = null)
{
    /// <summary>The longest time of a job without a look at the lane, whose owner takes a longer one for a call that hangs.</summary>
    static readonly TimeSpan LongestStretch = TimeSpan.FromMilliseconds(100);

    readonly Lock _lock = new();
    DecodeCrew _crew = new();

    /// <summary>The number of generations in the loop.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _crew.Arrived.Count + _crew.Members.Count;
            }
        }
    }

    /// <summary>Runs a generation until it ends or its reader refuses a token.</summary>
    /// <returns>The refused token.</returns>
    public async ValueTask<GeneratedToken?> RunAsync(DecodeMember member)
    {
        using CancellationTokenRegistration registration = member.CancellationToken.UnsafeRegister(
            static state => (((DecodeLoop Loop, DecodeMember Member))state!).Loop.Cancel((((DecodeLoop Loop, DecodeMember Member))state!).Member),
            (this, member));
        Join(member);
        return await member.Left.ConfigureAwait(false);
    }

    /// <summary>Learns from a generation that has ended.</summary>
    public void Record(TokenGenerator generator)
    {
        if (generator.Finish is not null)
        {
            runner.Lengths.Record(generator.Given);
        }
    }

    void Join(DecodeMember member)
    {
        DecodeCrew crew;
        lock (_lock)
        {
            member.LeaveIfCanceled();
            if (member.HasLeft)
            {
                return;
            }

            crew = _crew;
            crew.Arrive(member);

            if (crew.IsOnLane || !crew.Submit(member.Lane))
            {
                return;
            }
        }

        // The loop can outlive the generation that starts it, so it must not keep its context.
        if (ExecutionContext.IsFlowSuppressed())
        {
            _ = DriveAsync(crew, member.Lane);
            return;
        }

        using (ExecutionContext.SuppressFlow())
        {
            _ = DriveAsync(crew, member.Lane);
        }
    }

    /// <summary>Lets a generation leave at once, or after the step in progress, when the loop itself notices.</summary>
    void Cancel(DecodeMember member)
    {
        lock (_lock)
        {
            if (_crew.Remove(member))
            {
                member.LeaveIfCanceled();
            }
        }
    }

    async Task DriveAsync(DecodeCrew crew, DeviceLane? lane)
    {
        try
        {
            while (lane is not null)
            {
                lane = await lane.RunAsync(
                    (Loop: this, Crew: crew, Lane: lane), static (job, _) => job.Loop.Stretch(job.Crew, job.Lane), CancellationToken.None)
                    .ConfigureAwait(false);
            }
        }
        catch (Exception error)
        {
            End(crew, error);
        }
    }

    /// <summary>Ends all generations, because the lane accepts no jobs any more, or has given up one that still runs.</summary>
    void End(DecodeCrew crew, Exception error)
    {
        DecodeMember[] members;
        lock (_lock)
        {
            if (crew != _crew)
            {
                return;
            }

            _crew = new DecodeCrew();
            members = [.. crew.Members, .. crew.Arrived];
            if (crew.IsOnLane)
            {
                crew.Members.ForEach(m => m.Generator.Cache.Abandon());
            }
        }

        Array.ForEach(members, m => m.Fail(error));
    }

    /// <summary>Takes steps until no generation is left, or other jobs want the lane.</summary>
    /// <returns>The lane for the next job, or <see langword="null"/> if no other job is needed.</returns>
    DeviceLane? Stretch(DecodeCrew crew, DeviceLane lane)
    {
        lock (_lock)
        {
            if (crew != _crew)
            {
                return null;
            }

            crew.Waiting.Remove(lane);
            crew.IsOnLane = true;
        }

        try
        {
            long start = runner.Time.GetTimestamp();
            for (int made = 0; Admit(crew);)
            {
                bool isReading = crew.Members.Count == 1 ? Alone(crew.Members[0]) : Together(crew);
                Dismiss(crew);
                if (made % tokensPerTurnOnLane == 0)
                {
                    // The reader's thread is often woken on this core, where it would wait until this thread sleeps.
                    Thread.Yield();
                }

                made += isReading ? 0 : 1;
                if (((isReading || made >= tokensPerTurnOnLane) && lane.ShouldYield) || runner.Time.GetElapsedTime(start) > LongestStretch)
                {
                    return Leave(crew);
                }
            }

            return null;
        }
        finally
        {
            bool isGivenUp;
            lock (_lock)
            {
                crew.IsOnLane = false;
                isGivenUp = crew != _crew;
            }

            if (isGivenUp)
            {
                returned?.Invoke();
            }
        }
    }

    /// <summary>Admits the newcomers.</summary>
    /// <returns>Whether there is any generation.</returns>
    bool Admit(DecodeCrew crew)
    {
        if (crew.IsOnLane && crew.Members.Count > 0 && !crew.HasArrivals)
        {
            return true;
        }

        lock (_lock)
        {
            if (crew != _crew)
            {
                return false;
            }

            crew.AdmitAll();
            return crew.IsOnLane = crew.Members.Count > 0;
        }
    }

    DeviceLane? Leave(DecodeCrew crew)
    {
        crew.Members.ForEach(static m => m.Flush());
        lock (_lock)
        {
            crew.IsOnLane = false;
            return crew.MostUrgent() is { } lane && crew.Submit(lane) ? lane : null;
        }
    }

    void Dismiss(DecodeCrew crew)
    {
        foreach (DecodeMember member in CollectionsMarshal.AsSpan(crew.Members))
        {
            if (member.HasLeft)
            {
                // Under the lock: a lane that is lost at this moment ends those that are left.
                lock (_lock)
                {
                    crew.Members.RemoveAll(static m => m.HasLeft);
                }

                return;
            }
        }
    }

    /// <returns>Whether the generation has read a part of its prompt, but not all.</returns>
    bool Alone(DecodeMember member)
    {
        bool hadRead = member.Generator.HasReadPrompt;
        if (hadRead)
        {
            runner.Step(member);
        }
        else
        {
            member.ReadPrompt();
        }

        return !hadRead && !member.HasLeft && !member.Generator.HasReadPrompt;
    }

    /// <summary>Lets the most urgent newcomer read a chunk of its prompt, and those that have read theirs take a step.</summary>
    /// <returns>Whether a generation has read a part of its prompt, but not all.</returns>
    bool Together(DecodeCrew crew)
    {
        crew.Ready.Clear();
        DecodeMember? newcomer = null;
        foreach (DecodeMember member in CollectionsMarshal.AsSpan(crew.Members))
        {
            member.LeaveIfCanceled();
            member.MeasureSlack(runner.Lengths);
            if (member.HasLeft)
            {
                continue;
            }

            if (member.Generator.HasReadPrompt)
            {
                crew.Ready.Add(member);
            }
            else if (newcomer is null || member.Slack < newcomer.Slack)
            {
                newcomer = member;
            }
        }

        if (newcomer is not null)
        {
            crew.Ready.ForEach(static m => m.Flush());
            newcomer.ReadPrompt();
        }

        if (crew.Ready.Count > 0)
        {
            runner.StepAll(CollectionsMarshal.AsSpan(crew.Ready));
        }

        return newcomer is { HasLeft: false, Generator.HasReadPrompt: false };
    }
}
