namespace AgentChain.Onnx.Tests.Language;

/// <summary>How a family's decoder and its onnxruntime-genai folder differ from others.</summary>
/// <param name="Type">The <c>type</c> in <c>genai_config.json</c>.</param>
public sealed record GenaiFamily(string Type)
{
    public int Heads { get; init; } = 4;

    public int KeyValueHeads { get; init; } = 2;

    public int HeadSize { get; init; } = 16;

    /// <summary>How many numbers of a head are rotated by the position.</summary>
    public int Rotated { get; init; } = 16;

    /// <summary>Whether queries, keys and values come from one multiplication and enter the attention together (Phi).</summary>
    public bool Packed { get; init; }

    /// <summary>Whether queries, keys and values have biases (Qwen 2).</summary>
    public bool Biases { get; init; }

    /// <summary>Whether the heads of queries and keys are normalized (Qwen 3).</summary>
    public bool NormalizesHeads { get; init; }

    /// <summary>Whether the output weights are the embedding.</summary>
    public bool Tied { get; init; }

    public bool SharesBuffer { get; init; } = true;

    public int ContextLength { get; init; } = 160;

    public static GenaiFamily Llama { get; } = new("llama");

    public static GenaiFamily LlamaTied { get; } = new("llama") { Tied = true };

    public static GenaiFamily Qwen2 { get; } = new("qwen2") { Biases = true, Tied = true, SharesBuffer = false };

    public static GenaiFamily Qwen3 { get; } = new("qwen3") { NormalizesHeads = true, Tied = true };

    public static GenaiFamily Phi { get; } = new("phi3") { Packed = true, KeyValueHeads = 4, HeadSize = 32, ContextLength = 131_072 };

    public static GenaiFamily Named(string name) => name switch
    {
        nameof(Llama) => Llama,
        nameof(LlamaTied) => LlamaTied,
        nameof(Qwen2) => Qwen2,
        nameof(Qwen3) => Qwen3,
        _ => Phi,
    };
}
