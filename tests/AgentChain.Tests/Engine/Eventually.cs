using System.Diagnostics;

namespace AgentChain.Tests.Engine;

/// <summary>Waits on real threads for something that must come about, and gives up only after a time that no machine needs.</summary>
static class Eventually
{
    public static async Task Async(Func<bool> condition, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(condition))] string? what = null)
    {
        long start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(60), $"Never came about: {what}");
            await Task.Delay(2);
        }
    }
}
