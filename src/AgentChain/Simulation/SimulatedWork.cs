namespace AgentChain.Simulation;

/// <summary>Provides the base class of simulated blocks: their randomness, the size of their work, and their device.</summary>
/// <typeparam name="TIn">The type of the block's input.</typeparam>
public abstract class SimulatedWork<TIn>
{
    private protected SimulatedWork()
    {
    }

    /// <summary>Gets the random seed.</summary>
    /// <value>0 by default.</value>
    public long Seed { get; init; }

    /// <summary>Gets the function that returns the size of an input, such as its number of tokens, for the latency model.</summary>
    /// <value>By default, the size is 0.</value>
    public Func<TIn, int>? Size { get; init; }

    /// <summary>
    /// Gets the function that, together with the seed and the block's name, determines the randomness of an input's latency. Inputs with
    /// equal numbers have the same randomness.
    /// </summary>
    /// <value>
    /// By default, the number of the turn. All runs of a turn then have the same randomness, including a speculative run on a wrong input
    /// and the run on the final input, and two chains that run the same turns can be compared turn by turn.
    /// </value>
    public Func<TIn, long>? Luck { get; init; }

    /// <summary>
    /// Gets the device on which the work runs. Work waits while the device is busy, and speculative work waits for committed work.
    /// </summary>
    /// <value><see langword="null"/> by default, which means unlimited capacity: the work takes only its own time.</value>
    public SimulatedDevice? Device { get; init; }

    private protected RandomKey KeyOf(TIn input, BlockContext context) =>
        RandomKey.Of(Seed).Fold(context.BlockName).Fold(Luck is null ? context.TurnId.Value : Luck(input));

    private protected int SizeOf(TIn input) => Size?.Invoke(input) ?? 0;

    private protected static ValueTask WorkAsync(
        TimeSpan time, SimulatedDevice? device, BlockContext context, CancellationToken cancellationToken) =>
        device is null ? new(VirtualDelay.Of(context.Time, time, cancellationToken)) : device.RunAsync(time, context, cancellationToken);
}
