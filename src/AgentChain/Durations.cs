namespace AgentChain;

/// <summary>Durations as they are spoken: <c>150.Milliseconds()</c>, <c>2.Seconds()</c>.</summary>
public static class Durations
{
    /// <summary>Gives that many milliseconds.</summary>
    /// <param name="count">How many.</param>
    /// <returns>The duration.</returns>
    public static TimeSpan Milliseconds(this int count) => TimeSpan.FromMilliseconds(count);

    /// <summary>Gives that many seconds.</summary>
    /// <param name="count">How many.</param>
    /// <returns>The duration.</returns>
    public static TimeSpan Seconds(this int count) => TimeSpan.FromSeconds(count);
}
