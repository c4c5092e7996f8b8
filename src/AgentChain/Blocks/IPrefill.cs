namespace AgentChain.Blocks;

/// <summary>
/// A block that can warm itself for an input it may get: a language model that reads the beginning of a prompt into its key/value
/// cache. Used where the block is added with <c>Speculate(SpeculationLevel.Prefill)</c>.
/// </summary>
/// <typeparam name="T">What the block takes.</typeparam>
/// <remarks>
/// Warming must not change what the block makes of any input, and makes nothing itself. At most one call runs for a turn and a block
/// at a time: a newer hypothesis waits for it and the ones between are skipped. When the final value arrives, a call for an equal
/// one is waited for, for <c>SpeculationOptions.HookTimeout</c> at most, and any other is cancelled first, so that a block's own run never
/// races its warming. What it throws counts as
/// not warmed.
/// </remarks>
public interface IPrefill<in T>
{
    /// <summary>Warms the block.</summary>
    /// <param name="input">What the input may turn out to be.</param>
    /// <param name="context">The turn; <see cref="BlockContext.Lease"/> is held where the block asks for a device.</param>
    /// <param name="cancellationToken">Fires when the hypothesis no longer stands or the turn is over.</param>
    /// <returns>A task for the warming.</returns>
    ValueTask PrefillAsync(T input, BlockContext context, CancellationToken cancellationToken);
}
