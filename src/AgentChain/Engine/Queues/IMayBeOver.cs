namespace AgentChain.Engine.Queues;

/// <summary>What somebody may stop wanting while it waits.</summary>
interface IMayBeOver
{
    /// <summary>Whether nobody wants it any more; from then on for good.</summary>
    bool IsOver { get; }
}
