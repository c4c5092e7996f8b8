namespace AgentChain;

/// <summary>Provides the entry point for building chains.</summary>
/// <example>
/// <code>
/// await using Chain&lt;string, int&gt; chain = Chain.From&lt;string&gt;("count")
///     .Then("trim", text => text.Trim())
///     .Then("length", text => text.Length)
///     .Build();
/// int length = await chain.RunAsync(" hello ");
/// </code>
/// </example>
public static class Chain
{
    /// <summary>Starts building a chain.</summary>
    /// <typeparam name="T">The type of the chain's input.</typeparam>
    /// <param name="name">
    /// The name of the chain in telemetry and errors. It must not be empty, contain control characters, or begin or end with white space.
    /// </param>
    /// <returns>A builder that has no blocks yet.</returns>
    public static ChainBuilder<T, T> From<T>(string name)
    {
        return new(OptionCheck.Name(name, nameof(name)), [], static (_, next) => next);
    }
}
