using AgentChain.Devices;
using AgentChain.Simulation;

namespace AgentChain.Benchmarks.Simulations.Modes;

/// <summary>The time of a step of a model of the size of Llama 3 8B on a device, by its data sheet.</summary>
/// <remarks>
/// The layers take as long as their arithmetic, 2 operations for each parameter and token, or as reading the weights once, whichever is longer
/// (the roofline model of Williams, Waterman and Patterson, 2009). Then comes attention, in kernels of its own: 2 × layers × width operations for
/// each pair of a prompt's tokens, or the cache of the tokens before a chunk, whichever is longer, and the cache that the sequences look back on.
/// The shares of the data sheet are those that come closest to the four points that were known before.
/// <para>Where arithmetic and reading do not overlap, steps with few tokens gain less: the other bound takes the sum of both for the layers.</para>
/// </remarks>
static class LlamaStep
{
    public const double Parameters = 8.03e9;
    public const double CacheBytesPerToken = 131_072;
    const double BytesPerParameter = 2;
    const double PairOperations = 2.0 * 32 * 4096;
    const double ComputeEfficiency = 0.35;
    const double BandwidthEfficiency = 0.8;

    /// <summary>Returns the function for a device.</summary>
    /// <param name="sheet">The device.</param>
    /// <param name="isAdded">Whether the layers take the sum of arithmetic and reading, instead of the longer one.</param>
    public static Func<BatchStep, TimeSpan> On(DeviceSheet sheet, bool isAdded) => step =>
    {
        double compute = 1 / (ComputeEfficiency * sheet.PeakFlops!.Value), memory = 1 / (BandwidthEfficiency * sheet.MemoryBandwidth!.Value);
        double arithmetic = 2 * Parameters * (step.PromptTokens + step.Sequences) * compute, reading = Parameters * BytesPerParameter * memory;
        double prompts = Math.Max(PairOperations * step.SquaredPromptTokens * compute, CacheBytesPerToken * step.PromptContextTokens * memory);
        double sequences = CacheBytesPerToken * step.ContextTokens * memory;
        return TimeSpan.FromSeconds((isAdded ? arithmetic + reading : Math.Max(arithmetic, reading)) + prompts + sequences);
    };
}
