namespace AgentChain.Engine.Turns;

/// <summary>Warms blocks up again that were idle. Thread-safe; no member throws.</summary>
interface IKeepsWarm : IDisposable
{
    /// <summary>Called when a run of a block, or a warm-up, on a device has ended; the device is empty for none.</summary>
    void Used(string block, string device);

    /// <summary>Called when a run of a block begins: a warm-up of the block without a device gives way.</summary>
    void Began(string block);

    /// <summary>Looks soon whether a block is to be warmed up, because a device has gone or is back.</summary>
    void Look();
}
