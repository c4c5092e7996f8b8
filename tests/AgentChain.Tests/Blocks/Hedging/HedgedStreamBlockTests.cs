using System.Runtime.CompilerServices;
using AgentChain.Blocks.Hedging;
using AgentChain.Simulation;

namespace AgentChain.Tests.Blocks.Hedging;

/// <summary>Stream blocks with a second attempt, in virtual time.</summary>
public class HedgedStreamBlockTests
{
    static readonly HedgeOptions After20 = new() { Delay = 20.Milliseconds(), MaxExtra = 1, Burst = 100 };

    [Fact]
    public void Run_FirstItemIsSlow_OnlyTheSecondsItemsCome() => VirtualWorld.Run(async world =>
    {
        var block = new Scripted(world, attempt => attempt == 1 ? 500 : 30);
        var hedged = new HedgedStreamBlock<int, string>(block, After20);
        await using var chain = Chain.From<int>("hedge").Stream("call", hedged).Build(world.Options());

        Assert.Equal(["2a", "2b"], await chain.RunToListAsync(7));
        await world.Delay(1000);

        Assert.Equal(["canceled 1", "disposed 1", "disposed 2"], block.Events.Order());
        Assert.Equal(new HedgeCounts(1, 1, 1), hedged.Counts);
    });

    [Fact]
    public void Run_FirstItemIsQuick_ThereIsOneAttempt() => VirtualWorld.Run(async world =>
    {
        var hedged = new HedgedStreamBlock<int, string>(new Scripted(world, _ => 10), After20);
        await using var chain = Chain.From<int>("hedge").Stream("call", hedged).Build(world.Options());

        Assert.Equal(["1a", "1b"], await chain.RunToListAsync(7));

        Assert.Equal(new HedgeCounts(1, 0, 0), hedged.Counts);
    });

    [Fact]
    public void Run_FirstFailsWhileBothRun_TheSecondStreams() => VirtualWorld.Run(async world =>
    {
        await using var chain = Chain.From<int>("hedge")
            .Stream("call", new Scripted(world, attempt => attempt == 1 ? -30 : 30).Hedged(After20)).Build(world.Options());

        Assert.Equal(["2a", "2b"], await chain.RunToListAsync(7));
    });

    [Fact]
    public void Run_BothFail_TheTurnFailsWithTheFirstsException() => VirtualWorld.Run(async world =>
    {
        await using var chain = Chain.From<int>("hedge").Stream("call", new Scripted(world, _ => -30).Hedged(After20)).Build(world.Options());

        var error = await Assert.ThrowsAsync<BlockFailedException>(async () => await chain.RunToListAsync(7));

        Assert.Equal("attempt 1", Assert.IsType<IOException>(error.InnerException).Message);
    });

    [Fact]
    public void Interrupt_BothRun_BothStreamsAreDisposed() => VirtualWorld.Run(async world =>
    {
        var block = new Scripted(world, _ => 500);
        await using var chain = Chain.From<int>("hedge").Stream("call", block.Hedged(After20)).Build(world.Options());
        Turn<string> turn = chain.Start(7);
        await world.Delay(30);

        turn.Interrupt();
        await turn.WhenQuiescentAsync();
        await world.Delay(1);

        Assert.Equal(["canceled 1", "canceled 2", "disposed 1", "disposed 2"], block.Events.Order());
    });

    [Fact]
    public void Run_BlockReturnsNull_TheTurnFails() => VirtualWorld.Run(async world =>
    {
        await using var chain = Chain.From<int>("hedge").Stream("call", new Null().Hedged(After20)).Build(world.Options());

        var error = await Assert.ThrowsAsync<BlockFailedException>(async () => await chain.RunToListAsync(7));

        Assert.Contains("null instead of a stream", error.InnerException!.Message, StringComparison.Ordinal);
    });

    sealed class Null : IStreamBlock<int, string>
    {
        public IAsyncEnumerable<string> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken) => null!;
    }

    /// <summary>Two items after a time; a negative time fails after it.</summary>
    sealed class Scripted(VirtualWorld world, Func<int, int> time) : IStreamBlock<int, string>
    {
        int _attempts;

        public List<string> Events { get; } = [];

        public async IAsyncEnumerable<string> InvokeAsync(
            int input, BlockContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            int attempt = ++_attempts;
            using CancellationTokenRegistration told = cancellationToken.Register(() => Events.Add($"canceled {attempt}"));
            try
            {
                await world.Delay(Math.Abs(time(attempt)), cancellationToken);
                if (time(attempt) < 0)
                {
                    throw new IOException($"attempt {attempt}");
                }

                yield return $"{attempt}a";
                await world.Delay(10, cancellationToken);
                yield return $"{attempt}b";
            }
            finally
            {
                Events.Add($"disposed {attempt}");
            }
        }
    }
}
