namespace AgentChain.Simulation;

/// <summary>
/// Describes one step of a batching device, for the function that tells how long it takes: either prompts that are read, or sequences that
/// each produce one token; with <see cref="SimulatedBatchOptions.ChunkTokens"/>, both.
/// </summary>
/// <remarks>
/// Fitted costs of language models are sums over these numbers: a step of prompts grows with their tokens and, through attention, with the
/// squares of their lengths; a step of sequences grows with their number and with the tokens that they look back on.
/// </remarks>
public readonly record struct BatchStep
{
    /// <summary>Gets the number of prompts, whole or in part; 0 in a step of sequences only.</summary>
    public int Prompts { get; init; }

    /// <summary>Gets the sum of the prompts' tokens that are read in the step.</summary>
    public long PromptTokens { get; init; }

    /// <summary>
    /// Gets the sum of the squares of the prompts' tokens: of a chunk, the square of the tokens read with it less that of those read before.
    /// </summary>
    public double SquaredPromptTokens { get; init; }

    /// <summary>
    /// Gets the sum of the prompts' tokens that were read in steps before, whose cache the chunks of this step read again; 0 without chunks.
    /// </summary>
    public long PromptContextTokens { get; init; }

    /// <summary>Gets the number of sequences; 0 in a step of prompts.</summary>
    public int Sequences { get; init; }

    /// <summary>Gets the sum of the tokens that the sequences look back on: their prompts and what they have produced.</summary>
    public long ContextTokens { get; init; }
}
