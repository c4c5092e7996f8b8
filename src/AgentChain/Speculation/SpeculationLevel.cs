namespace AgentChain.Speculation;

/// <summary>Specifies how much work a block can do on a value that is not final.</summary>
public enum SpeculationLevel
{
    /// <summary>The block waits for the final value.</summary>
    None,

    /// <summary>The block warms up and produces no output (<c>IPrefill&lt;T&gt;</c>).</summary>
    Prefill,

    /// <summary>The block runs. Its output continues downstream as a hypothesis and is held at the barrier.</summary>
    Full,
}
