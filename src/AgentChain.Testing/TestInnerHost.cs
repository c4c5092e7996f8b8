using AgentChain.Blocks;
using AgentChain.Devices;
using AgentChain.Speculation;

namespace AgentChain.Testing;

/// <summary>The works and usages that a block under test reported. Thread-safe, because works are.</summary>
sealed class TestInnerHost(TestBlockContext owner) : IInnerHost
{
    readonly Lock _lock = new();
    readonly List<InnerWork> _works = [];
    readonly List<ModelUsage> _usages = [];

    public bool IsOver => owner.TurnToken.IsCancellationRequested;

    public long Now => Math.Max(1, owner.Time.GetTimestamp());

    public InnerWork[] All
    {
        get
        {
            lock (_lock)
            {
                return [.. _works];
            }
        }
    }

    public ModelUsage[] Usages
    {
        get
        {
            lock (_lock)
            {
                return [.. _usages];
            }
        }
    }

    public T Add<T>(T work)
        where T : InnerWork
    {
        lock (_lock)
        {
            _works.Add(work);
        }

        return work;
    }

    public EarlyWork? TryBeginEarly(IBlockScope run, in EarlyRequest request, out SpeculationDecision decision)
    {
        TimeSpan work = request.Work ?? TimeSpan.Zero;
        bool starts = owner.StartsEarly?.Invoke(request) ?? true;
        decision = new(
            starts ? SpeculationVerdict.Start : SpeculationVerdict.Decline,
            starts ? SpeculationReason.Worth : SpeculationReason.NotWorth,
            request.Probability,
            work,
            work);
        return starts
            ? Add(new EarlyWork(this, run, new() { Block = request.Name, Level = SpeculationLevel.Full }, decision, request.Name))
            : null;
    }

    public void Used(in ModelUsage usage)
    {
        lock (_lock)
        {
            _usages.Add(usage);
        }
    }

    public async Task<DeviceLease> AcquireAsync(
        InnerWork work, DeviceRequest device, WorkPhase phase, CancellationToken cancellationToken)
    {
        if (owner.Devices is not { } devices)
        {
            throw new DeviceNotPresentException(device, []);
        }

        bool isSpeculative = work.MayBeInVain;
        return await devices.AcquireAsync(
            new PlacementRequest($"{owner.BlockName}/{work.Name}", device, phase)
            {
                IsSpeculative = isSpeculative,
                StillSpeculative = isSpeculative ? () => work.MayBeInVain : null,
            },
            cancellationToken);
    }

    public void Release(InnerWork work, DeviceLease lease) => lease.Dispose();

    public void FoundLost(InnerWork work, DeviceLease lease, DeviceLostException reason) => owner.Devices?.ReportLost(lease.Device, reason);

    public void Running(InnerWork work)
    {
    }

    public void Waited(InnerWork work, long from, long until)
    {
    }

    public void Ended(InnerWork work)
    {
    }

    public void Settled(EarlyWork work)
    {
    }
}
