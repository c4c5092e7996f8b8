using System.Collections.Immutable;
using System.Globalization;

namespace AgentChain.Onnx.Language;

/// <summary>
/// Represents the configuration files of a decoder: its names, stop tokens and limits. Created by <see cref="LanguageModelLayoutReader"/>.
/// </summary>
sealed record LanguageModelLayout
{
    public required string ModelPath { get; init; }

    public required string TokenizerPath { get; init; }

    /// <summary>Whether one buffer of full length can be bound as both past and present.</summary>
    public bool SharedBuffer { get; init; }

    public int ContextLength { get; init; }

    public ImmutableArray<int> StopTokens { get; init; } = [];

    public GenerationOptions Defaults { get; init; } = new();

    public string InputIds { get; init; } = "input_ids";

    public string AttentionMask { get; init; } = "attention_mask";

    public string PositionIds { get; init; } = "position_ids";

    public string PastKeys { get; init; } = "past_key_values.%d.key";

    public string PastValues { get; init; } = "past_key_values.%d.value";

    public string Logits { get; init; } = "logits";

    public string PresentKeys { get; init; } = "present.%d.key";

    public string PresentValues { get; init; } = "present.%d.value";

    /// <summary>The number of layers, or 0 to count them in the session.</summary>
    public int Layers { get; init; }

    public int KeyValueHeads { get; init; }

    public int HeadSize { get; init; }

    public static string Name(string pattern, int layer) =>
        pattern.Replace("%d", layer.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
}
