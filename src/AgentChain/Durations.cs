namespace AgentChain;

/// <summary>Provides extension methods that create durations, such as <c>150.Milliseconds()</c> and <c>2.Seconds()</c>.</summary>
public static class Durations
{
    /// <summary>Returns a duration of the specified number of milliseconds.</summary>
    /// <param name="count">The number of milliseconds.</param>
    /// <returns>The duration.</returns>
    public static TimeSpan Milliseconds(this int count) => TimeSpan.FromMilliseconds(count);

    /// <summary>Returns a duration of the specified number of seconds.</summary>
    /// <param name="count">The number of seconds.</param>
    /// <returns>The duration.</returns>
    public static TimeSpan Seconds(this int count) => TimeSpan.FromSeconds(count);
}
