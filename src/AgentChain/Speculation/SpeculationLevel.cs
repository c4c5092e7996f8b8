namespace AgentChain.Speculation;

/// <summary>How far a block may go on a value that is not certain yet.</summary>
public enum SpeculationLevel
{
    /// <summary>Nothing is started: the block waits for the final value.</summary>
    None,

    /// <summary>The block warms what can be warmed and makes nothing (<c>IPrefill&lt;T&gt;</c>).</summary>
    Prefill,

    /// <summary>The block runs; what it makes flows on as a hypothesis of its own and is held in front of the barrier.</summary>
    Full,
}
