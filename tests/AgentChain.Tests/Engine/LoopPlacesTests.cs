using AgentChain.Devices;
using AgentChain.Simulation;

namespace AgentChain.Tests.Engine;

/// <summary>A loop whose rounds compete for one lease and one place, and whose block is always late, comes to its end.</summary>
public class LoopPlacesTests
{
    static readonly TimeSpan Never = TimeSpan.FromMinutes(1);

    public static TheoryData<bool, bool, int, int?> Cases
    {
        get
        {
            var cases = new TheoryData<bool, bool, int, int?>();
            foreach (bool device in new[] { true, false })
            {
                foreach (bool deaf in new[] { true, false })
                {
                    for (int overrun = 0; overrun < 4; overrun++)
                    {
                        cases.Add(device, deaf, overrun, null);
                        cases.Add(device, deaf, overrun, 1);
                    }
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Loop_LateInEachRound_EveryTurnEnds(bool device, bool deaf, int overrun, int? capacity) => VirtualWorld.Run(async world =>
    {
        using var devices = new DeviceScheduler([ComputeDevice.Cpu(1) with { MaxLeases = 1 }]);
        await using Chain<int, int> chain = Looping(
                device, overrun, capacity, async (x, token) =>
                {
                    await world.Delay(5, deaf ? CancellationToken.None : token);
                    return x + 1;
                })
            .Build(world.Options(o => (o.Devices, o.MaxTurns) = (devices, 8)));
        TurnResult[] results = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => chain.Start(0).Completion));
        Assert.All(results, r => Assert.Equal(overrun == 3 ? TurnOutcome.DeadlineExceeded : TurnOutcome.Completed, r.Outcome));
    });

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Loop_LateInEachRoundOnRealThreads_EveryTurnEnds(bool device, bool deaf, int overrun, int? capacity)
    {
        using var devices = new DeviceScheduler([ComputeDevice.Cpu(1) with { MaxLeases = 1 }]);
        await using Chain<int, int> chain = Looping(
                device, overrun, capacity, async (x, token) =>
                {
                    await Task.Delay(3.Milliseconds(), TimeProvider.System, deaf ? CancellationToken.None : token);
                    return x + 1;
                })
            .Build(new ChainOptions { Devices = devices, MaxTurns = 8 });
        TurnResult[] results = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => chain.Start(0).Completion)).WaitAsync(Never);
        Assert.All(results, r => Assert.Contains(r.Outcome, new[] { TurnOutcome.DeadlineExceeded, TurnOutcome.Completed }));
    }

    static ChainBuilder<int, int> Looping(bool device, int overrun, int? capacity, Func<int, CancellationToken, ValueTask<int>> step) =>
        Chain.From<int>("loop").Loop(
            "rounds",
            body => body.Then("step", step, o =>
            {
                o.Budget(1.Milliseconds());
                _ = device ? o.On("cpu") : o;
                _ = capacity is { } places ? o.Capacity(places) : o;
                _ = overrun switch
                {
                    0 => o.OnOverrun(Overrun.Report),
                    1 => o.OnOverrun(Overrun.Fallback(100)),
                    2 => o.OnOverrun(Overrun.FallbackTo<int, int>((int x) => x + 1)),
                    _ => o.OnOverrun(Overrun.Cancel),
                };
            }),
            x => x < 5,
            LoopBound.Fail(10));
}
