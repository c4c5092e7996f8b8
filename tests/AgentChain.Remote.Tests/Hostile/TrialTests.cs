using AgentChain.Devices;
using AgentChain.Remote.Tests.Servers;

namespace AgentChain.Remote.Tests.Hostile;

/// <summary>Servers that come back, but not quite.</summary>
public sealed class TrialTests
{
    [Fact]
    public async Task Probe_AnswerOfTheTrialNeverEnds_TheServerIsWell()
    {
        bool gone = true;
        await using RawServer server = RawServer.Start(async call =>
        {
            if (gone)
            {
                call.Reset();
                return;
            }

            await call.SendAsync(RawCall.Events);
            while (true)
            {
                await call.SendAsync(RawCall.Say("more "));
                await Task.Delay(1, call.Stop);
            }
        });
        using ChatServer one = server.Device("one");
        using DeviceScheduler devices = Ask.Devices(one);
        await using var chain = Ask.Chain(devices, new ChatServerBlock(one));
        await chain.FailAsync<ServerException>();
        gone = false;

        Assert.True(await one.ProbeAsync().WaitAsync(Ask.Patience));
        Assert.Equal((ServerHealth.Healthy, 0), (one.Health, one.State.Requests));
        await Ask.UntilAsync(() => server.Open == 0);
    }

    [Fact]
    public async Task Probe_TrialIsNotAnswered_TheServerStaysGone()
    {
        bool gone = true;
        await using RawServer server = RawServer.Start(async call =>
        {
            if (gone)
            {
                call.Reset();
                return;
            }

            await call.GoneAsync();
        });
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        using ChatServer one = server.Device("one", o => o with { Time = time });
        using DeviceScheduler devices = Ask.Devices(one);
        await using var chain = Ask.Chain(devices, new ChatServerBlock(one));
        await chain.FailAsync<ServerException>();
        gone = false;

        Task<bool> probe = one.ProbeAsync();
        await Ask.UntilAsync(() => server.Calls == 2);
        await Ask.UntilAsync(() =>
        {
            time.Advance(1.Seconds());
            return probe.IsCompleted;
        });

        Assert.False(await probe);
        Assert.Equal((ServerHealth.Unavailable, 0), (one.Health, one.State.Requests));
        Assert.Contains("sent nothing for 10000 ms", one.State.LastFailure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TestPriority_OneRequestFails_TheOthersAreCanceled()
    {
        int calls = 0;
        await using RawServer server = RawServer.Start(async call =>
        {
            if (Interlocked.Increment(ref calls) == 3)
            {
                await call.SendAsync("HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n");
                return;
            }

            await call.GoneAsync();
        });
        using ChatServer one = server.Device("one");
        await Assert.ThrowsAsync<ServerException>(() => one.TestPriorityAsync().WaitAsync(Ask.Patience));
        await Ask.UntilAsync(() => server.Open <= 1);
    }
}
