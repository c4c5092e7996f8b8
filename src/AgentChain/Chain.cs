using AgentChain.Building;

namespace AgentChain;

/// <summary>Begins chains.</summary>
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
    /// <summary>Begins a chain.</summary>
    /// <typeparam name="T">What it takes.</typeparam>
    /// <param name="name">Its name, in telemetry and errors; not empty, without control characters and blanks around it.</param>
    /// <returns>A builder without blocks yet.</returns>
    public static ChainBuilder<T, T> From<T>(string name)
    {
        return new(OptionCheck.Name(name, nameof(name)), [], static (_, next) => next);
    }
}
