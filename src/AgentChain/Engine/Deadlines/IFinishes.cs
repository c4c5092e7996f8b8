namespace AgentChain.Engine.Deadlines;

/// <summary>Something whose end has a second part, which can come after the first parts of others.</summary>
interface IFinishes
{
    /// <summary>The second part. Must be short and must not throw.</summary>
    void Finish();
}
