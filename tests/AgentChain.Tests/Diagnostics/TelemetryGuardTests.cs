using System.Diagnostics;
using AgentChain.Diagnostics;
using AgentChain.Tests.Engine;

namespace AgentChain.Tests.Diagnostics;

/// <summary>A span whose listener throws: which span is current afterwards, and whether it can still be stopped.</summary>
public sealed class TelemetryGuardTests
{
    const string Name = "telemetry-guard";

    [Fact]
    public void Start_ListenerThrowsOnceTheSpanIsCurrent_ReturnsTheSpan()
    {
        using ActivityListener listener = Throwing(onStart: true);
        using var source = new ActivitySource(Name);
        Activity? outside = Activity.Current;
        Activity? begun = Guard().Start(source, "begun", default);
        Assert.NotNull(begun);
        Assert.Same(begun, Activity.Current);
        begun.Stop();
        Assert.Same(outside, Activity.Current);
    }

    [Fact]
    public void Start_ListenerThrowsWhileItSamples_ReturnsNoSpanOfAnother()
    {
        using ActivityListener listener = Throwing(onSample: true);
        using var source = new ActivitySource(Name);
        using Activity outside = new Activity("outside").Start();
        Assert.Null(Guard().Start(source, "never", default));
        Assert.Same(outside, Activity.Current);
    }

    [Fact]
    public void Stop_ListenerThrows_TheSpanIsNoLongerCurrent()
    {
        using ActivityListener listener = Throwing(onStop: true);
        using var source = new ActivitySource(Name);
        TelemetryGuard guard = Guard();
        Activity? span = guard.Start(source, "stopped", default);
        Assert.NotNull(span);
        guard.Stop(span);
        Assert.Null(Activity.Current);
    }

    static TelemetryGuard Guard() => new("chain", new ChainLog(new CollectingLogger(), includeSensitiveData: false));

    static ActivityListener Throwing(bool onSample = false, bool onStart = false, bool onStop = false)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = s => s.Name == Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => Throw(onSample, ActivitySamplingResult.AllDataAndRecorded),
            ActivityStarted = _ => Throw(onStart, 0),
            ActivityStopped = _ => Throw(onStop, 0),
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    static T Throw<T>(bool throws, T good) => throws ? throw new FormatException("broken") : good;
}
