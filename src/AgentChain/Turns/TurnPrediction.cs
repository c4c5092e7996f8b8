namespace AgentChain;

/// <summary>Predicts whether a turn meets its budget, from what its blocks are known to cost and from the work that waits for them.</summary>
/// <remarks>
/// The times of blocks whose cost is unknown, and the waits inside <c>Regroup</c> and <c>Collect</c>, count as zero; of several routes, the
/// shortest counts, and of a loop, one round. So a turn is predicted to be late only if even its shortest way is.
/// </remarks>
public readonly record struct TurnPrediction
{
    /// <summary>Gets the expected time until the limit is met, waits included.</summary>
    /// <value>A block of which nothing is known, because it has no declared cost and has not run yet, counts as no time.</value>
    public TimeSpan Expected { get; init; }

    /// <summary>Gets the part of <see cref="Expected"/> that the turn is expected to wait for workers and devices.</summary>
    public TimeSpan Waiting { get; init; }

    /// <summary>Gets the time that is left of the budget.</summary>
    /// <value><see langword="null"/> if the turn has no limit that a prediction can be compared with.</value>
    public TimeSpan? Left { get; init; }

    /// <summary>Gets the probability that the turn is on time, from 0 to 1; 1 without a limit.</summary>
    public double OnTime { get; init; }

    /// <summary>Returns a one-line description, such as <c>expected 1040 ms (610 ms of waits) of 800 ms left, on time with 4.2 %</c>.</summary>
    /// <returns>The description.</returns>
    public override string ToString() => Left is { } left
        ? OptionCheck.Text($"expected {Expected.TotalMilliseconds:0.#} ms ({Waiting.TotalMilliseconds:0.#} ms of waits) of {left.TotalMilliseconds:0.#} ms left, on time with {OnTime:0.0 %}")
        : OptionCheck.Text($"expected {Expected.TotalMilliseconds:0.#} ms ({Waiting.TotalMilliseconds:0.#} ms of waits)");
}
