namespace AgentChain.Extensions.AI;

/// <summary>A moment of silence that a filler can fill. Immutable.</summary>
public sealed class FillerMoment
{
    internal FillerMoment(string? tool, TimeSpan spent, int count) => (Tool, Spent, Count) = (tool, spent, count);

    /// <summary>Gets the name of the tool that the agent waits for, the one called first if there are several.</summary>
    /// <value><see langword="null"/> if no tool was called: the model has not answered yet.</value>
    public string? Tool { get; }

    /// <summary>Gets the time since the tool was called or, without a tool, since the agent began.</summary>
    public TimeSpan Spent { get; }

    /// <summary>Gets the number of fillers before this one in the turn.</summary>
    public int Count { get; }

    /// <summary>Returns a one-line description.</summary>
    /// <returns>The description.</returns>
    public override string ToString() =>
        FormattableString.Invariant($"{(Tool is null ? "no tool" : $"tool '{Tool}'")} for {Spent.TotalMilliseconds:0} ms, {Count} fillers before");
}
