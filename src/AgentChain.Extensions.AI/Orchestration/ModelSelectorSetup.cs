namespace AgentChain.Extensions.AI;

/// <summary>Declares the choices of a <see cref="ModelSelector"/>. Not thread-safe; used only while the selector is made.</summary>
public sealed class ModelSelectorSetup
{
    internal ModelSelectorSetup()
    {
    }

    internal List<(string Name, string Description)> Choices { get; } = [];

    internal string? FallbackName { get; private set; }

    internal Func<AgentRequest, Hypothesis<string>?>? GuessOf { get; private set; }

    /// <summary>Adds a choice.</summary>
    /// <param name="name">The name, which is that of a route.</param>
    /// <param name="description">The description, from which the model knows when to choose it.</param>
    /// <returns>This instance.</returns>
    /// <exception cref="ArgumentException"><paramref name="name"/> is empty.</exception>
    /// <exception cref="ArgumentNullException">An argument is <see langword="null"/>.</exception>
    /// <exception cref="AgentSetupException">There is a choice of this name already, in any case.</exception>
    public ModelSelectorSetup Choice(string name, string description)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(description);
        if (Choices.Exists(choice => string.Equals(choice.Name, name, StringComparison.OrdinalIgnoreCase)))
        {
            throw new AgentSetupException(name, $"The selector has two choices of the name '{name}'. Rename one of them.");
        }

        Choices.Add((name, description));
        return this;
    }

    /// <summary>Adds the choice to take when the model's answer is none of the choices.</summary>
    /// <param name="name">The name, which is that of a route.</param>
    /// <param name="description">The description, from which the model knows when to choose it.</param>
    /// <returns>This instance.</returns>
    /// <exception cref="ArgumentException"><paramref name="name"/> is empty.</exception>
    /// <exception cref="ArgumentNullException">An argument is <see langword="null"/>.</exception>
    /// <exception cref="AgentSetupException">There is a choice of this name already, in any case, or a fallback.</exception>
    public ModelSelectorSetup Fallback(string name, string description)
    {
        if (FallbackName is { } other)
        {
            throw new AgentSetupException(name, $"The selector has two fallbacks, '{other}' and '{name}'. Make one of them a choice.");
        }

        Choice(name, description);
        FallbackName = name;
        return this;
    }

    /// <summary>Sets a rule that guesses the choice before the model answers, so that the route can start early.</summary>
    /// <param name="guess">
    /// A function that returns a tentative choice, or <see langword="null"/> for none. It is cheap and pure. A choice that does not exist
    /// is ignored, and so is what the function throws.
    /// </param>
    /// <returns>This instance.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="guess"/> is <see langword="null"/>.</exception>
    public ModelSelectorSetup Guess(Func<AgentRequest, Hypothesis<string>?> guess)
    {
        ArgumentNullException.ThrowIfNull(guess);
        GuessOf = guess;
        return this;
    }
}
