namespace AgentChain.Costs;

/// <summary>Reads features with a function of the host, which can throw or return what cannot be used.</summary>
static class FeatureReader
{
    /// <summary>Returns the features of an input; null if the function failed.</summary>
    /// <param name="read">The function.</param>
    /// <param name="input">The input.</param>
    /// <param name="failure">What the function did, for a log; null if it did not fail.</param>
    public static CostFeatures? Read<T>(Func<T, CostFeatures> read, T input, out string? failure)
    {
        try
        {
            CostFeatures features = read(input);
            failure = features.FindBad() is { } bad ? $"returned a {bad} that is negative, not a number or above 10^12" : null;
            return failure is null ? features : null;
        }
        catch (Exception error)
        {
            failure = $"threw {error.GetType().FullName}";
            return null;
        }
    }
}
