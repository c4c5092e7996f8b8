using System.Runtime.CompilerServices;
using AgentChain.Engine.Speculation;
using AgentChain.Engine.Turns;
using AgentChain.Simulation;

namespace AgentChain.Tests.Engine.Speculation;

/// <summary>The reader of a hypothesis's stream is overtaken by the reader of the final stream, between any two lines of the engine.</summary>
public class OvertakenReaderTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(20)]
    [InlineData(60)]
    public void StreamEach_OvertakenAtAnyLookAtTheClock_SendsEveryItem(int milliseconds)
    {
        int at = 0;
        while (VirtualWorld.Run(world => RunAsync(world, ++at, milliseconds)))
        {
        }

        Assert.InRange(at, 20, 500);
    }

    /// <summary>One turn; false if it ended before the clock was looked at so often.</summary>
    static async Task<bool> RunAsync(VirtualWorld world, int at, int milliseconds)
    {
        var clock = new InterruptingClock(world.Clock, at);
        await using StreamChain<int, int> chain = Chain.From<int>("overtaken")
            .Revise("hear", world.Hears((0, 10), (30, 10)))
            .Stream<int>("letters", (x, _, token) => CountAsync(world, x, 3, token), o => o.Speculate())
            .StreamEach<int>("speak", (x, _, token) => CountAsync(world, x, 5, token), o => o.Speculate().StreamCapacity(1))
            .Build(world.Eager(o => (o.TimeProvider, o.OutputCapacity) = (clock, 1)));
        Turn<int> turn = chain.StartKept(10, out TurnCore<int> core, null, CancellationToken.None);
        clock.Act = () =>
        {
            // Within a critical section nothing can overtake.
            if (!core.Speculation!.IsEntered)
            {
                world.Block(milliseconds);
            }
        };
        Task<List<int>> all = ReadSlowlyAsync(world, turn);
        await Task.WhenAny(all, world.Delay(10_000));
        Assert.True(all.IsCompleted, $"The turn that was held up at look {at} never ended.");
        Assert.Equal([10, 11, 12, 13, 14, 11, 12, 13, 14, 15, 12, 13, 14, 15, 16], await all);
        Assert.Equal(TurnOutcome.Completed, (await turn.Completion).Outcome);
        return clock.HasActed;
    }

    /// <summary>Reads so slowly that the final reader waits for room between the items of one run.</summary>
    static async Task<List<int>> ReadSlowlyAsync(VirtualWorld world, Turn<int> turn)
    {
        List<int> all = [];
        await foreach (int item in turn.Output)
        {
            await world.Delay(10);
            all.Add(item);
        }

        return all;
    }

    static async IAsyncEnumerable<int> CountAsync(VirtualWorld world, int from, int count, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (int i = 0; i < count; i++)
        {
            await world.Delay(3, cancellationToken);
            yield return from + i;
        }
    }
}
