namespace AgentChain;

/// <summary>
/// Specifies what a chain does for its budget when more work arrives than it can serve in time. See <see cref="ChainOptions.Overload"/>.
/// </summary>
/// <remarks>
/// The chain predicts each turn from the learned costs of its blocks (<see cref="ChainOptions.Costs"/>) and from what waits for them. It
/// predicts the limit to the first output or, for a chain of one value without that limit, the total limit. A turn that is predicted to be
/// late is rejected at the door, before any work is spent on it. Before each block that is predicted to make the turn late, the block's
/// fallback runs in its place; without a fallback, the turn ends as <see cref="TurnOutcome.Rejected"/>, with the prediction in the
/// exception. Speculative work and warm-ups are not predicted.
/// </remarks>
public sealed class OverloadOptions
{
    /// <summary>
    /// Gets or sets the probability of being on time below which a turn is degraded or rejected.
    /// </summary>
    /// <value>A number from 0 to 1. The default is 0.5; 0 rejects and degrades nothing.</value>
    public double RejectBelow { get; set; } = 0.5;

    /// <summary>
    /// Gets or sets whether blocks with limited concurrency serve the value with the least slack first, instead of the oldest.
    /// </summary>
    /// <value>
    /// The slack is the time left of the budget less the predicted rest. Values without a deadline come last, in order of arrival; one goes
    /// after every 32 others, so that none waits forever. The default is <see langword="true"/>.
    /// </value>
    public bool OrderBySlack { get; set; } = true;

    /// <summary>
    /// Gets or sets the number of values that wait for each worker of a block above which the block is overloaded: it then serves the value
    /// with the shortest predicted rest first, so that most turns are on time.
    /// </summary>
    /// <value>At least 0. The default is 1.</value>
    public int OverloadBacklog { get; set; } = 1;
}
