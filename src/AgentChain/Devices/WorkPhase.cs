namespace AgentChain.Devices;

/// <summary>The part of a block's work that is to be placed.</summary>
public enum WorkPhase
{
    /// <summary>The whole of it.</summary>
    Whole,

    /// <summary>Taking in the prompt: bound by arithmetic.</summary>
    Prefill,

    /// <summary>Making tokens one by one: bound by memory traffic.</summary>
    Decode,
}
