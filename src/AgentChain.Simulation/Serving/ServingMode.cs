namespace AgentChain.Simulation;

/// <summary>Specifies how several devices share the prefill and the decode of a language model.</summary>
public enum ServingMode
{
    /// <summary>Each device reads prompts and produces tokens; prompts go first, in steps of their own. The least time to the first token.</summary>
    Colocated,

    /// <summary>Each device does both; chunks of prompts ride in the steps that produce tokens.</summary>
    Chunked,

    /// <summary>Some devices only read prompts, the others only produce tokens. The steadiest time for each token.</summary>
    Disaggregated,
}
