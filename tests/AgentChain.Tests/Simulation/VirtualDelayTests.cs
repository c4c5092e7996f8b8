using AgentChain.Simulation;

namespace AgentChain.Tests.Simulation;

public class VirtualDelayTests
{
    [Fact]
    public void Delay_FractionOfAMillisecond_IsExact()
    {
        TimeSpan elapsed = VirtualWorld.Run(async world =>
        {
            await world.Delay(0.05);
            await world.Delay(TimeSpan.FromTicks(1));
            return world.Elapsed;
        });
        Assert.Equal(501, elapsed.Ticks);
    }

    [Fact]
    public void Delay_TokenFires_EndsThenWithItsToken() => VirtualWorld.Run(async world =>
    {
        using var source = new CancellationTokenSource();
        Task wait = world.Delay(1000, source.Token);
        await world.Delay(10, CancellationToken.None);
        source.Cancel();
        OperationCanceledException error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
        Assert.Equal(source.Token, error.CancellationToken);
        Assert.Equal(10.Milliseconds(), world.Elapsed);
        await world.Delay(2000, CancellationToken.None);
    });

    [Fact]
    public void Delay_TokenFiredBefore_IsCancelled() => VirtualWorld.Run(async world =>
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => world.Delay(0, new CancellationToken(true))));
}
