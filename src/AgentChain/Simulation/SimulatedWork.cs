using AgentChain.Blocks;

namespace AgentChain.Simulation;

/// <summary>What simulated blocks have in common: whose luck decides how long they take, how much there is to do, and on what device.</summary>
/// <typeparam name="TIn">What the block takes.</typeparam>
public abstract class SimulatedWork<TIn>
{
    private protected SimulatedWork()
    {
    }

    /// <summary>Gets the seed.</summary>
    /// <value>0 by default.</value>
    public long Seed { get; init; }

    /// <summary>Gets what gives an input's size, such as its tokens, to the latency model.</summary>
    /// <value>The size is 0 by default.</value>
    public Func<TIn, int>? Size { get; init; }

    /// <summary>
    /// Gets what decides, beside the seed and the block's name, what is random about an input's time: inputs with equal numbers have the same luck.
    /// </summary>
    /// <value>
    /// The turn's number by default, so that all runs of a turn have the same luck, a speculative one on a wrong input and the one on the
    /// final input too, and two chains that are given the same turns can be compared turn by turn.
    /// </value>
    public Func<TIn, long>? Luck { get; init; }

    /// <summary>Gets the device the work is done on, where it may have to wait; speculative work waits for certain work.</summary>
    /// <value><see langword="null"/> by default: there is always room, and the work only takes its time.</value>
    public SimulatedDevice? Device { get; init; }

    private protected RandomKey KeyOf(TIn input, BlockContext context) =>
        RandomKey.Of(Seed).Fold(context.Block).Fold(Luck is null ? context.Turn.Value : Luck(input));

    private protected int SizeOf(TIn input) => Size?.Invoke(input) ?? 0;

    private protected static ValueTask WorkAsync(TimeSpan time, SimulatedDevice? device, BlockContext context, CancellationToken cancellationToken) =>
        device is null ? new(VirtualDelay.Of(context.Time, time, cancellationToken)) : device.RunAsync(time, context, cancellationToken);
}
