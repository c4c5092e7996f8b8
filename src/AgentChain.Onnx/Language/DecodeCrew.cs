using AgentChain.Devices;

namespace AgentChain.Onnx.Language;

/// <summary>
/// Represents the generations in a <see cref="DecodeLoop"/>, and the loop's jobs. If the lane gives up a job, because it hangs or the device
/// was lost, the loop goes on with a new crew, and whatever that job still does concerns only the old one.
/// </summary>
sealed class DecodeCrew
{
    int _arrivals;

    /// <summary>The generations that are not admitted yet. Guarded by the loop's lock, as everything without another note.</summary>
    public List<DecodeMember> Arrived { get; } = [];

    /// <summary>The admitted generations. Changed under the lock, while a job is on the lane only by it, so that it can read them without.</summary>
    public List<DecodeMember> Members { get; } = [];

    /// <summary>The generations that have read their prompts. Used by the job on the lane.</summary>
    public List<DecodeMember> Ready { get; } = [];

    /// <summary>The loop's jobs that wait for the lane, each as the lane of the generation that it was submitted for.</summary>
    public List<DeviceLane> Waiting { get; } = [];

    public bool IsOnLane { get; set; }

    /// <summary>Whether generations have arrived. Can be read without the lock.</summary>
    public bool HasArrivals => Volatile.Read(ref _arrivals) > 0;

    public void Arrive(DecodeMember member)
    {
        Arrived.Add(member);
        Volatile.Write(ref _arrivals, Arrived.Count);
    }

    /// <summary>Takes out a generation that was canceled, unless a step in progress may use it.</summary>
    public bool Remove(DecodeMember member)
    {
        bool isOut = Arrived.Remove(member) || (!IsOnLane && Members.Remove(member));
        Volatile.Write(ref _arrivals, Arrived.Count);
        return isOut;
    }

    public void AdmitAll()
    {
        Members.AddRange(Arrived);
        Arrived.Clear();
        Volatile.Write(ref _arrivals, 0);
    }

    /// <summary>Adds a job unless one waits that is as urgent.</summary>
    public bool Submit(DeviceLane lane)
    {
        if (Waiting.Exists(w => !lane.IsAheadOf(w)))
        {
            return false;
        }

        Waiting.Add(lane);
        return true;
    }

    /// <summary>Returns the lane as the most urgent generation uses it.</summary>
    public DeviceLane? MostUrgent()
    {
        DeviceLane? most = null;
        foreach (DecodeMember member in Members.Concat(Arrived))
        {
            most = most is null || member.Lane.IsAheadOf(most) ? member.Lane : most;
        }

        return most;
    }
}
