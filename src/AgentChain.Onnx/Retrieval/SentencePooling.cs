namespace AgentChain.Onnx.Retrieval;

/// <summary>
/// Specifies how the vectors of a text's tokens become one vector. There is no unspecified member: where the pooling is optional, it is
/// <see langword="null"/>.
/// </summary>
public enum SentencePooling
{
    /// <summary>The mean over the tokens (MiniLM, E5).</summary>
    Mean,

    /// <summary>The vector of the first token, <c>[CLS]</c> (BGE, Snowflake Arctic).</summary>
    First,

    /// <summary>The largest value in each dimension.</summary>
    Max,

    /// <summary>The vector of the last token.</summary>
    Last,
}
