namespace AgentChain.Building;

/// <summary>What a host's delegate has added to a chain.</summary>
static class Composed
{
    /// <summary>Returns it, unless it is null.</summary>
    /// <exception cref="InvalidOperationException">It is null.</exception>
    public static T NotNull<T>(T? made, string what)
        where T : class =>
        made ?? throw new InvalidOperationException($"The delegate that builds {what} has returned null; return the builder that the last step returned.");
}
