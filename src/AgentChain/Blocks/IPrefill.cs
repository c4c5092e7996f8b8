namespace AgentChain;

/// <summary>
/// Represents a block that can prefill for an input it may receive, such as a language model that reads the beginning of a prompt into
/// its key/value cache. Used if the block is added with <c>Speculate(SpeculationLevel.Prefill)</c>.
/// </summary>
/// <typeparam name="T">The type of the block's input.</typeparam>
/// <remarks>
/// A prefill produces no output and must not change the block's output for any input. At most one call per turn and block runs at a
/// time: a newer hypothesis waits for it, and the hypotheses in between are skipped. When the final value arrives, a matching prefill
/// is awaited for at most <c>SpeculationOptions.HookTimeout</c>; any other is canceled first, so that the block's own run never
/// overlaps a prefill. If a call throws, the block counts as not prefilled.
/// </remarks>
public interface IPrefill<in T>
{
    /// <summary>Prefills the block for a likely input.</summary>
    /// <param name="input">The likely input.</param>
    /// <param name="context">The context of the turn; it holds a <see cref="BlockContext.Lease"/> if the block requests a device.</param>
    /// <param name="cancellationToken">The token that is canceled when the hypothesis is no longer valid or the turn ends.</param>
    /// <returns>A task that represents the prefill.</returns>
    ValueTask PrefillAsync(T input, BlockContext context, CancellationToken cancellationToken);
}
