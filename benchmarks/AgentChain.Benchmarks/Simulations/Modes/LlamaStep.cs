using AgentChain.Devices;
using AgentChain.Simulation;

namespace AgentChain.Benchmarks.Simulations.Modes;

/// <summary>The time of a step of a model of the size of Llama 3 8B on a device, by its data sheet.</summary>
/// <remarks>
/// A step takes as long as its arithmetic or as moving its bytes, whichever is longer, and a start. 2 operations for each parameter and token, and
/// 2 × layers × width for each pair of tokens of a prompt; the weights once, and the cache of what the step looks back on. Source: the roofline
/// model (Williams, Waterman and Patterson, 2009).
/// </remarks>
static class LlamaStep
{
    public const double Parameters = 8.03e9;
    public const double CacheBytesPerToken = 131_072;
    const double BytesPerParameter = 2;
    const double PairOperations = 2.0 * 32 * 4096;
    const double ComputeEfficiency = 0.5;
    const double BandwidthEfficiency = 0.7;
    const double Start = 0.5e-3;

    /// <summary>Returns the function for a device.</summary>
    public static Func<BatchStep, TimeSpan> On(DeviceSheet sheet) => step =>
    {
        double operations = (2 * Parameters * (step.PromptTokens + step.Sequences)) + (PairOperations * step.SquaredPromptTokens);
        double bytes = (Parameters * BytesPerParameter) + (CacheBytesPerToken * (step.ContextTokens + step.PromptTokens));
        return TimeSpan.FromSeconds(Start + Math.Max(
            operations / (ComputeEfficiency * sheet.PeakFlops!.Value),
            bytes / (BandwidthEfficiency * sheet.MemoryBandwidth!.Value)));
    };
}
