using Microsoft.Extensions.Time.Testing;

namespace AgentChain.Remote.Tests;

/// <summary>When a server gets requests, by a clock that is moved by hand.</summary>
public sealed class ServerGateTests : IDisposable
{
    readonly FakeTimeProvider _time = new();
    readonly ServerGate _gate;
    int _probes;
    int _entry;

    public ServerGateTests() => _gate = new ServerGate(
        new ChatServerOptions("one", new Uri("http://one/v1"), "small") { Time = _time, MaxProbeDelay = 1.Seconds() }, () => _probes++);

    public void Dispose() => _gate.Dispose();

    [Fact]
    public void Failed_Gone_IsProbedAfterDelaysThatDoubleUpToTheLongest()
    {
        Failed(Fault(ServerFault.Gone));
        Assert.Equal((ServerHealth.Unavailable, false), (_gate.Health, TryEnter()));
        int probes = 0;
        foreach (int delay in new[] { 250, 500, 1000, 1000 })
        {
            _time.Advance((delay - 1).Milliseconds());
            Assert.Equal(probes, _probes);
            _time.Advance(1.Milliseconds());
            Assert.Equal(++probes, _probes);
            _gate.Probed(false);
        }
    }

    [Fact]
    public void Failed_AnErrorThreeTimesInARow_IsLost()
    {
        Failed(Fault(ServerFault.Failed));
        Failed(Fault(ServerFault.Failed));
        _gate.Answered(_entry);
        Failed(Fault(ServerFault.Failed));
        Failed(Fault(ServerFault.Failed));
        Assert.Equal(ServerHealth.Healthy, _gate.Health);
        Failed(Fault(ServerFault.Failed));
        Assert.Equal(ServerHealth.Unavailable, _gate.Health);
    }

    [Fact]
    public void Failed_BadRequests_SayNothingAgainstTheServer()
    {
        for (int i = 0; i < 10; i++)
        {
            Failed(Fault(ServerFault.BadRequest));
            Failed(Fault(ServerFault.PriorityRefused));
            _gate.Left(_entry);
        }

        Assert.Equal(ServerHealth.Healthy, _gate.Health);
    }

    [Fact]
    public void TryEnter_Recovering_LetsInOneAtATime()
    {
        Recover();
        Assert.True(TryEnter());
        Assert.False(TryEnter());
        Assert.False(_gate.IsOpen);
        _gate.Left(_entry);
        Assert.True(TryEnter());
        _gate.Answered(_entry);
        Assert.Equal((ServerHealth.Healthy, true, true), (_gate.Health, TryEnter(), TryEnter()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Trial_ServerFailsOrSheds_IsLostOnlyIfItFails(bool sheds)
    {
        Recover();
        Assert.True(TryEnter());
        Failed(sheds ? new ServerShedException("one", "shed") : Fault(ServerFault.Failed));
        Assert.Equal(sheds ? ServerHealth.Recovering : ServerHealth.Unavailable, _gate.Health);
    }

    [Fact]
    public void Ended_RequestOfBeforeTheLoss_ChangesNothing()
    {
        Failed(Fault(ServerFault.Gone));
        _gate.Answered(_entry);
        Assert.Equal(ServerHealth.Unavailable, _gate.Health);
        _gate.Probed(true);
        Assert.True(_gate.TryEnter(out int trial));
        Failed(Fault(ServerFault.Gone));
        _gate.Answered(_entry);
        _gate.Left(_entry);
        Assert.Equal((ServerHealth.Recovering, false), (_gate.Health, _gate.IsOpen));
        Task ended = _gate.Trial!;
        Assert.False(ended.IsCompleted);
        _gate.Answered(trial);
        Assert.Equal((ServerHealth.Healthy, true, null), (_gate.Health, ended.IsCompleted, _gate.Trial));
    }

    [Fact]
    public void Failed_Sheds_TheLongestPauseHolds()
    {
        Failed(new ServerShedException("one", "shed", 429, 5.Seconds()));
        Failed(new ServerShedException("one", "shed", 429));
        Assert.Equal(5.Seconds(), _gate.ShedFor);
        _time.Advance(5.Seconds());
        Assert.Equal(TimeSpan.Zero, _gate.ShedFor);
        Failed(new ServerShedException("one", "shed", 429, TimeSpan.MaxValue));
        Assert.Equal(TimeSpan.FromMinutes(10), _gate.ShedFor);
    }

    [Fact]
    public void Dispose_ServerIsGone_IsProbedNoMore()
    {
        Failed(Fault(ServerFault.Gone));
        _gate.Dispose();
        _gate.Probed(false);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(0, _probes);
    }

    void Failed(ServerException failure) => _gate.Failed(_entry, failure);

    bool TryEnter() => _gate.TryEnter(out _entry);

    static ServerException Fault(ServerFault fault) => new("one", "failed") { Fault = fault };

    void Recover()
    {
        Failed(Fault(ServerFault.Gone));
        _gate.Probed(true);
        Assert.Equal(ServerHealth.Recovering, _gate.Health);
    }
}
