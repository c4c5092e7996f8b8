namespace AgentChain.Building;

/// <summary>Checks the results of the delegates with which a host builds a chain.</summary>
static class Composed
{
    /// <summary>Returns the value if it is not null.</summary>
    /// <exception cref="InvalidOperationException">The value is null.</exception>
    public static T NotNull<T>(T? made, string what)
        where T : class =>
        made ?? throw new InvalidOperationException($"The delegate that builds {what} returned null; return the builder that the last step returned.");
}
