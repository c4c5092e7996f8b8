using System.Runtime.InteropServices;
using AgentChain.Devices;

namespace AgentChain.Onnx.Language;

/// <summary>
/// Runs the generations of a model that use the same lane. A generation that is alone runs as if there could be no others. Several read
/// their prompts one chunk at a time, and between the chunks those that have read theirs take steps together. Generations join and leave
/// between steps; the loop never waits for one. Thread-safe.
/// </summary>
sealed class DecodeLoop(DeviceLane lane, int tokensPerTurnOnLane, BatchRunner runner)
{
    readonly Lock _lock = new();

    /// <summary>The generations that are not admitted yet.</summary>
    readonly List<DecodeMember> _arrived = [];

    /// <summary>The admitted generations. Changed on the lane; while the loop is not on it, under the lock.</summary>
    readonly List<DecodeMember> _members = [];

    readonly List<DecodeMember> _ready = [];
    int _arrivals;
    bool _isDriven;
    bool _isOnLane;

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
        lock (_lock)
        {
            member.LeaveIfCanceled();
            if (member.HasLeft)
            {
                return;
            }

            _arrived.Add(member);
            Volatile.Write(ref _arrivals, _arrived.Count);
            if (_isDriven)
            {
                return;
            }

            _isDriven = true;
        }

        // The loop can outlive the generation that starts it, so it must not keep its context.
        if (ExecutionContext.IsFlowSuppressed())
        {
            _ = DriveAsync();
            return;
        }

        using (ExecutionContext.SuppressFlow())
        {
            _ = DriveAsync();
        }
    }

    /// <summary>Lets a generation leave at once, or after the step in progress, when the loop itself notices.</summary>
    void Cancel(DecodeMember member)
    {
        lock (_lock)
        {
            bool isOut = _arrived.Remove(member) || (!_isOnLane && _members.Remove(member));
            Volatile.Write(ref _arrivals, _arrived.Count);
            if (isOut)
            {
                member.LeaveIfCanceled();
            }
        }
    }

    async Task DriveAsync()
    {
        try
        {
            while (await lane.RunAsync(this, static (loop, _) => loop.Stretch(), CancellationToken.None).ConfigureAwait(false))
            {
            }
        }
        catch (Exception error)
        {
            End(error);
        }
    }

    /// <summary>Ends all generations, because the lane accepts no jobs any more.</summary>
    void End(Exception error)
    {
        DecodeMember[] members;
        lock (_lock)
        {
            members = [.. _members, .. _arrived];
            _members.Clear();
            _arrived.Clear();
            Volatile.Write(ref _arrivals, 0);
            _isDriven = _isOnLane = false;
        }

        Array.ForEach(members, m => m.Fail(error));
    }

    /// <summary>Takes steps until no generation is left, or other jobs want the lane.</summary>
    /// <returns>Whether generations are left.</returns>
    bool Stretch()
    {
        for (int made = 0; Admit();)
        {
            bool isReading = _members.Count == 1 ? Alone(_members[0]) : Together();
            if (made % tokensPerTurnOnLane == 0)
            {
                // The reader's thread is often woken on this core, where it would wait until this thread sleeps.
                Thread.Yield();
            }

            made += isReading ? 0 : 1;
            if ((isReading || made >= tokensPerTurnOnLane) && lane.ShouldYield)
            {
                return Leave();
            }
        }

        return false;
    }

    /// <summary>Admits the newcomers.</summary>
    /// <returns>Whether there is any generation.</returns>
    bool Admit()
    {
        if (_isOnLane && _members.Count > 0 && Volatile.Read(ref _arrivals) == 0)
        {
            return true;
        }

        lock (_lock)
        {
            _members.AddRange(_arrived);
            _arrived.Clear();
            Volatile.Write(ref _arrivals, 0);
            return _isOnLane = _isDriven = _members.Count > 0;
        }
    }

    bool Leave()
    {
        lock (_lock)
        {
            _isOnLane = false;
            return _isDriven = _members.Count + _arrived.Count > 0;
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

        if (member.HasLeft)
        {
            _members.Clear();
            return false;
        }

        return !hadRead && !member.Generator.HasReadPrompt;
    }

    /// <summary>Lets the most urgent newcomer read a chunk of its prompt, and those that have read theirs take a step.</summary>
    /// <returns>Whether a generation has read a part of its prompt, but not all.</returns>
    bool Together()
    {
        _ready.Clear();
        DecodeMember? newcomer = null;
        foreach (DecodeMember member in CollectionsMarshal.AsSpan(_members))
        {
            member.LeaveIfCanceled();
            member.MeasureSlack(runner.Lengths);
            if (member.HasLeft)
            {
                continue;
            }

            if (member.Generator.HasReadPrompt)
            {
                _ready.Add(member);
            }
            else if (newcomer is null || member.Slack < newcomer.Slack)
            {
                newcomer = member;
            }
        }

        newcomer?.ReadPrompt();
        if (_ready.Count > 0)
        {
            runner.StepAll(CollectionsMarshal.AsSpan(_ready));
        }

        _members.RemoveAll(static m => m.HasLeft);
        return newcomer is { HasLeft: false, Generator.HasReadPrompt: false };
    }
}
