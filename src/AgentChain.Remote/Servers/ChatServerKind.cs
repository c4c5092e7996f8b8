namespace AgentChain.Remote;

/// <summary>Specifies the program behind an endpoint, and with it how it is asked and what it accepts beyond the common interface.</summary>
public enum ChatServerKind
{
    /// <summary>Any other server. It is sent only the common fields: no priority, and no continuation of a text.</summary>
    OpenAI,

    /// <summary>vLLM. A lower number goes first, if the server runs with the scheduling policy <c>priority</c>; otherwise it refuses numbers.</summary>
    VLlm,

    /// <summary>SGLang. A higher number goes first, if the server runs with priority scheduling.</summary>
    SgLang,

    /// <summary>NVIDIA Dynamo. A higher number goes first, as an agent hint.</summary>
    Dynamo,

    /// <summary>The server of llama.cpp. It serves requests in the order in which they come.</summary>
    LlamaCpp,

    /// <summary>
    /// NVIDIA Triton with a model that streams text from text, such as one of its vLLM backend, by the KServe v2 protocol over gRPC. It needs
    /// <see cref="ChatServerOptions.Prompt"/>. A lower number goes first, if the model has priority levels.
    /// </summary>
    Triton,
}
