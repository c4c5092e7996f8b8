namespace AgentChain.Simulation;

/// <summary>Represents how several devices serve a language model: a mode and, for chunks, their size. Immutable; equal by its values.</summary>
/// <param name="Mode">The mode.</param>
/// <param name="ChunkTokens">
/// The number of tokens in a step in the mode <see cref="ServingMode.Chunked"/>; <see langword="null"/> in the others.
/// </param>
public sealed record ServingSetup(ServingMode Mode, int? ChunkTokens = null)
{
    /// <summary>Describes the setup.</summary>
    /// <returns>A string such as <c>Colocated</c> or <c>Chunked (512)</c>.</returns>
    public override string ToString() => ChunkTokens is { } tokens ? OptionCheck.Text($"{Mode} ({tokens})") : OptionCheck.Text($"{Mode}");
}
