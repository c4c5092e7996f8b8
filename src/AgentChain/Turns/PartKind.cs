namespace AgentChain;

/// <summary>Specifies how a part of a turn's time was spent.</summary>
/// <remarks>There is no unspecified member: every part of a report has a kind.</remarks>
public enum PartKind
{
    /// <summary>A block was working.</summary>
    Block,

    /// <summary>The value was waiting in a block's queue, or for room in it.</summary>
    Queue,

    /// <summary>The block was waiting for a device.</summary>
    Device,

    /// <summary>A finished branch was waiting for another branch, or output was held until it could be released.</summary>
    Barrier,

    /// <summary>The turn's live input was still arriving: the user was speaking.</summary>
    Input,

    /// <summary>A configured wait, such as the silence that ends an utterance.</summary>
    Endpointing,

    /// <summary>
    /// The block was waiting for work inside it, such as a tool, that had not begun to run. The owner is <c>block/work</c>.
    /// </summary>
    InnerWait,

    /// <summary>The block was waiting for work inside it, such as a tool, that was running. The owner is <c>block/work</c>.</summary>
    Inner,
}
