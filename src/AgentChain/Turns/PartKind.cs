namespace AgentChain.Turns;

/// <summary>What a turn's time was spent on.</summary>
public enum PartKind
{
    /// <summary>A block worked.</summary>
    Block,

    /// <summary>The value waited in a block's queue, or for room in it.</summary>
    Queue,

    /// <summary>The block waited for a device.</summary>
    Device,

    /// <summary>A branch that was done waited for another, or output waited to be let out.</summary>
    Barrier,

    /// <summary>The turn's live input was still arriving: somebody was speaking.</summary>
    Input,

    /// <summary>A wait that a setting asks for, such as the silence that ends an utterance.</summary>
    Setting,
}
