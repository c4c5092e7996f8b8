namespace AgentChain.Onnx.Language;

/// <summary>Specifies how an attempt to take a step together ended.</summary>
enum BatchOutcome
{
    /// <summary>Each sequence has its next token, or has failed by itself.</summary>
    Done,

    /// <summary>Nothing was run: the model does not support this number of sequences, or a cache that runs elsewhere is in the way.</summary>
    NotNow,

    /// <summary>The run failed. No sequence has changed.</summary>
    Failed,
}
