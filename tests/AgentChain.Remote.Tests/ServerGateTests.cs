using Microsoft.Extensions.Time.Testing;

namespace AgentChain.Remote.Tests;

/// <summary>When a server gets requests, by a clock that is moved by hand.</summary>
public sealed class ServerGateTests : IDisposable
{
    readonly FakeTimeProvider _time = new();
    readonly ServerGate _gate;
    int _probes;

    public ServerGateTests() => _gate = new ServerGate(
        new ChatServerOptions("one", new Uri("http://one/v1"), "small") { Time = _time, MaxProbeDelay = 1.Seconds() }, () => _probes++);

    public void Dispose() => _gate.Dispose();

    [Fact]
    public void Failed_Gone_IsProbedAfterDelaysThatDoubleUpToTheLongest()
    {
        _gate.Failed(Fault(ServerFault.Gone));
        Assert.Equal((ServerHealth.Unavailable, false), (_gate.Health, _gate.TryEnter()));
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
        _gate.Failed(Fault(ServerFault.Failed));
        _gate.Failed(Fault(ServerFault.Failed));
        _gate.Answered();
        _gate.Failed(Fault(ServerFault.Failed));
        _gate.Failed(Fault(ServerFault.Failed));
        Assert.Equal(ServerHealth.Healthy, _gate.Health);
        _gate.Failed(Fault(ServerFault.Failed));
        Assert.Equal(ServerHealth.Unavailable, _gate.Health);
    }

    [Fact]
    public void Failed_BadRequests_SayNothingAgainstTheServer()
    {
        for (int i = 0; i < 10; i++)
        {
            _gate.Failed(Fault(ServerFault.BadRequest));
            _gate.Failed(Fault(ServerFault.PriorityRefused));
            _gate.Left();
        }

        Assert.Equal(ServerHealth.Healthy, _gate.Health);
    }

    [Fact]
    public void TryEnter_Recovering_LetsInOneAtATime()
    {
        Recover();
        Assert.True(_gate.TryEnter());
        Assert.False(_gate.TryEnter());
        Assert.False(_gate.IsOpen);
        _gate.Left();
        Assert.True(_gate.TryEnter());
        _gate.Answered();
        Assert.Equal((ServerHealth.Healthy, true, true), (_gate.Health, _gate.TryEnter(), _gate.TryEnter()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Trial_ServerFailsOrSheds_IsLostOnlyIfItFails(bool sheds)
    {
        Recover();
        Assert.True(_gate.TryEnter());
        _gate.Failed(sheds ? new ServerShedException("one", "shed") : Fault(ServerFault.Failed));
        Assert.Equal(sheds ? ServerHealth.Recovering : ServerHealth.Unavailable, _gate.Health);
    }

    [Fact]
    public void Answered_LateAnswerOfALostServer_ChangesNothing()
    {
        _gate.Failed(Fault(ServerFault.Gone));
        _gate.Answered();
        Assert.Equal(ServerHealth.Unavailable, _gate.Health);
    }

    [Fact]
    public void Failed_Sheds_TheLongestPauseHolds()
    {
        _gate.Failed(new ServerShedException("one", "shed", 429, 5.Seconds()));
        _gate.Failed(new ServerShedException("one", "shed", 429));
        Assert.Equal(5.Seconds(), _gate.ShedFor);
        _time.Advance(5.Seconds());
        Assert.Equal(TimeSpan.Zero, _gate.ShedFor);
        _gate.Failed(new ServerShedException("one", "shed", 429, TimeSpan.MaxValue));
        Assert.Equal(TimeSpan.FromMinutes(10), _gate.ShedFor);
    }

    [Fact]
    public void Dispose_ServerIsGone_IsProbedNoMore()
    {
        _gate.Failed(Fault(ServerFault.Gone));
        _gate.Dispose();
        _gate.Probed(false);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(0, _probes);
    }

    static ServerException Fault(ServerFault fault) => new("one", "failed") { Fault = fault };

    void Recover()
    {
        _gate.Failed(Fault(ServerFault.Gone));
        _gate.Probed(true);
        Assert.Equal(ServerHealth.Recovering, _gate.Health);
    }
}
