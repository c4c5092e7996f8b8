using AgentChain.Speculation;

namespace AgentChain;

/// <summary>
/// Provides options of one block that override those in code, for example from configuration. An option that is not set keeps its value in
/// code. Add it to <see cref="ChainOptions.Blocks"/>.
/// </summary>
public sealed class BlockOptions
{
    /// <summary>Gets or sets the block's budget. Each limit that is set replaces the same limit in code.</summary>
    public LatencyBudget Budget { get; set; }

    /// <summary>Gets or sets the maximum number of turns that the block serves at once.</summary>
    /// <value>At least 1; <see langword="null"/> to keep the value in code.</value>
    public int? Concurrency { get; set; }

    /// <summary>Gets or sets the number of values that the block holds at once.</summary>
    /// <value>At least 1; <see langword="null"/> to keep the value in code.</value>
    public int? Capacity { get; set; }

    /// <summary>Gets or sets the name of the device on which the block runs, for example <c>cuda:1</c>.</summary>
    /// <value><see langword="null"/> to keep the request in code.</value>
    public string? Device { get; set; }

    /// <summary>
    /// Gets or sets the key of the chat client that the block uses, if it takes it from the services by the name of the block
    /// (<c>services.ChatClient</c> in the package <c>AgentChain.Extensions.AI</c>). Other blocks do not use it.
    /// </summary>
    /// <value><see langword="null"/> to keep the key in code.</value>
    public string? Client { get; set; }

    /// <summary>Gets or sets how far the block speculates on hypotheses.</summary>
    /// <value><see langword="null"/> to keep the level in code.</value>
    public SpeculationLevel? Speculation { get; set; }

    /// <summary>Returns a one-line description of the options that are set.</summary>
    /// <returns>The description.</returns>
    public override string ToString() => string.Join(", ", new[]
    {
        Budget.IsNone ? null : $"budget {Budget}",
        Concurrency is { } turns ? OptionCheck.Text($"concurrency {turns}") : null,
        Capacity is { } values ? OptionCheck.Text($"capacity {values}") : null,
        Device is { } device ? $"device {device}" : null,
        Client is { } client ? $"client {client}" : null,
        Speculation is { } level ? $"speculation {level}" : null,
    }.OfType<string>().DefaultIfEmpty("no options"));
}
