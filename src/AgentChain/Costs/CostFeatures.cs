namespace AgentChain.Costs;

/// <summary>
/// Represents what a block's run time depends on, counted in the block's input. Features that do not apply are 0. Immutable.
/// </summary>
/// <remarks>Give them to a block with <c>o.Cost(input => new CostFeatures { Tokens = input.Length })</c>.</remarks>
public readonly record struct CostFeatures
{
    /// <summary>The largest value of a feature.</summary>
    internal const double Largest = 1e12;

    /// <summary>The number of features.</summary>
    internal const int Count = 4;

    /// <summary>Gets the number of tokens, or characters, that the block reads.</summary>
    public double Tokens { get; init; }

    /// <summary>Gets the number of tokens, or characters, that the block is expected to produce.</summary>
    public double OutputTokens { get; init; }

    /// <summary>Gets the length of the audio in seconds.</summary>
    public double AudioSeconds { get; init; }

    /// <summary>Gets the number of items, such as documents to rank.</summary>
    public double Items { get; init; }

    /// <summary>Returns the name of the first feature that is negative, not a number or above 10^12; null if all can be used.</summary>
    internal string? FindBad()
    {
        for (int i = 0; i < Count; i++)
        {
            if (!(this[i] is >= 0 and <= Largest))
            {
                return NameOf(i);
            }
        }

        return null;
    }

    internal double this[int index] => index switch
    {
        0 => Tokens,
        1 => OutputTokens,
        2 => AudioSeconds,
        _ => Items,
    };

    internal static string NameOf(int index) => index switch
    {
        0 => nameof(Tokens),
        1 => nameof(OutputTokens),
        2 => nameof(AudioSeconds),
        _ => nameof(Items),
    };

    internal CostFeatures Checked(string parameter) => FindBad() is { } bad
        ? throw new ArgumentOutOfRangeException(parameter, this, $"The feature {bad} must be between 0 and 10^12.")
        : this;
}
