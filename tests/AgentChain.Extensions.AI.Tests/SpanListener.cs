using System.Diagnostics;

namespace AgentChain.Extensions.AI.Tests;

/// <summary>Collects the spans of one activity source.</summary>
static class SpanListener
{
    public static ActivityListener Listen(string source, List<Activity> spans)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = made => made.Name == source,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = spans.Add,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }
}
