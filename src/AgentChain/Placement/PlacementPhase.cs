using System.Diagnostics;
using AgentChain.Devices;

namespace AgentChain.Placement;

/// <summary>Represents a block's work, or a part of it such as prefill or decode, that is placed on one device. Immutable.</summary>
[DebuggerDisplay("{Name,nq}")]
public sealed record PlacementPhase
{
    readonly double _output;
    readonly long _memory, _weights;
    readonly WorkPhase _phase;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="block">The full name of the block, as in reports.</param>
    /// <param name="phase">The part of the block's work.</param>
    /// <exception cref="ArgumentException">The name is not valid.</exception>
    public PlacementPhase(string block, WorkPhase phase = WorkPhase.Whole) =>
        (Block, Phase) = (OptionCheck.Name(block, nameof(block)), phase);

    /// <summary>Gets the full name of the block.</summary>
    public string Block { get; }

    /// <summary>Gets the part of the block's work.</summary>
    public WorkPhase Phase { get => _phase; private init => _phase = OptionCheck.Defined(value, "phase"); }

    /// <summary>Gets the name in plans: that of the block, and the part, as in <c>answer (prefill)</c>.</summary>
    public string Name => Phase switch
    {
        WorkPhase.Prefill => $"{Block} (prefill)",
        WorkPhase.Decode => $"{Block} (decode)",
        _ => Block,
    };

    /// <summary>Gets the devices that the phase can run on.</summary>
    /// <value>Any device by default for which its time is known.</value>
    public DeviceRequest Device { get; init; }

    /// <summary>Gets the work of a run, for devices with a data sheet and no time in <see cref="Times"/>.</summary>
    public PhaseWork? Work { get; init; }

    /// <summary>Gets the times of a run by the names of the devices, in any case. They count more than <see cref="Work"/>.</summary>
    public IReadOnlyDictionary<string, PhaseTime>? Times { get; init; }

    /// <summary>Gets the memory that the phase needs on its device for itself, such as for caches, in bytes; not negative.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public long MemoryBytes { get => _memory; init => _memory = NotNegative(value, nameof(MemoryBytes)); }

    /// <summary>
    /// Gets the name of the weights. Phases with weights of one name share them on a device, so these need their memory there once.
    /// </summary>
    /// <value><see langword="null"/> by default: the weights are the phase's own.</value>
    public string? Weights { get; init; }

    /// <summary>Gets the memory of the weights in bytes; not negative.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public long WeightBytes { get => _weights; init => _weights = NotNegative(value, nameof(WeightBytes)); }

    /// <summary>Gets the names of the phases that must have ended before this one begins.</summary>
    /// <value>Empty by default. See <see cref="InOrder"/>.</value>
    public IReadOnlyList<string> After { get; init; } = [];

    /// <summary>Gets the bytes that move to each phase after this one that is on another device; not negative.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, or not finite.</exception>
    public double OutputBytes { get => _output; init => _output = OptionCheck.NotNegative(value, nameof(OutputBytes)); }

    /// <summary>Gets a value that indicates whether the objective waits for the phase.</summary>
    /// <value>
    /// <see langword="true"/> by default. <see langword="false"/> for work after what is measured, such as the rest of an answer: it only
    /// keeps its device busy.
    /// </value>
    public bool IsAwaited { get; init; } = true;

    /// <summary>Returns phases each of which begins after the one before.</summary>
    /// <param name="phases">The phases.</param>
    /// <returns>The phases with <see cref="After"/> set.</returns>
    /// <exception cref="ArgumentNullException">A phase is <see langword="null"/>.</exception>
    public static IReadOnlyList<PlacementPhase> InOrder(params ReadOnlySpan<PlacementPhase> phases)
    {
        var linked = new PlacementPhase[phases.Length];
        for (int i = 0; i < linked.Length; i++)
        {
            ArgumentNullException.ThrowIfNull(phases[i], nameof(phases));
            linked[i] = i == 0 ? phases[i] : phases[i] with { After = [phases[i - 1].Name] };
        }

        return linked;
    }

    /// <summary>Returns <see cref="Times"/> by names in any case; of equal names, the first counts.</summary>
    internal IReadOnlyDictionary<string, PhaseTime> TimesByDevice()
    {
        Dictionary<string, PhaseTime> times = new(StringComparer.OrdinalIgnoreCase);
        foreach ((string name, PhaseTime time) in Times ?? new Dictionary<string, PhaseTime>())
        {
            times.TryAdd(name, time);
        }

        return times;
    }

    /// <summary>Returns the time on a device before corrections; null if it is not known.</summary>
    /// <param name="device">The device, on which the phase may run.</param>
    /// <param name="times">The phase's <see cref="TimesByDevice"/>.</param>
    internal PhaseTime? TimeOn(ComputeDevice device, IReadOnlyDictionary<string, PhaseTime> times) =>
        times.TryGetValue(device.Name, out PhaseTime? time) ? time
        : device.Sheet is { } sheet ? Work?.On(sheet) : null;

    static long NotNegative(long value, string option) =>
        value >= 0 ? value : throw OptionCheck.OutOfRange(option, value, "it must be 0 or more.");
}
