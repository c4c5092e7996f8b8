using AgentChain.Blocks.Batching;
using AgentChain.Simulation;

namespace AgentChain.Tests.Blocks.Batching;

/// <summary>A block on lists that takes a start time and a time for each item, and tells what it ran.</summary>
sealed class Batches(VirtualWorld world, double start = 20, double each = 1) : IBlock<IReadOnlyList<int>, IReadOnlyList<int>>
{
    /// <summary>The time of the start and the items of each batch.</summary>
    public List<string> Begun { get; } = [];

    public List<string> Canceled { get; } = [];

    public Func<IReadOnlyList<int>, IReadOnlyList<int>> Make { get; init; } = static items => [.. items.Select(item => item * 10)];

    public bool IsDeaf { get; init; }

    public async ValueTask<IReadOnlyList<int>> InvokeAsync(IReadOnlyList<int> input, BlockContext context, CancellationToken cancellationToken)
    {
        string what = $"{world.Elapsed.TotalMilliseconds:0.##}: {string.Join(' ', input)}";
        Begun.Add(what);
        try
        {
            await world.Delay(start + (each * input.Count), IsDeaf ? CancellationToken.None : cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Canceled.Add(what);
            throw;
        }

        return Make(input);
    }

    /// <summary>Starts a turn for each time, in milliseconds since now; its input is its number.</summary>
    public static async Task<(Turn<TOut> Turn, Task<TurnResult> Result)[]> StartAt<TOut>(
        VirtualWorld world, Chain<int, TOut> chain, params double[] times)
    {
        double from = world.Elapsed.TotalMilliseconds;
        List<(Turn<TOut>, Task<TurnResult>)> turns = [];
        foreach (double time in times)
        {
            await world.Delay(from + time - world.Elapsed.TotalMilliseconds);
            Turn<TOut> turn = chain.Start(turns.Count);
            turns.Add((turn, turn.Completion));
        }

        return [.. turns];
    }

    public Chain<int, int> Chain(BatchOptions options, Action<ChainOptions>? more = null, Action<BlockSetup<int, int>>? configure = null) =>
        AgentChain.Chain.From<int>("batch").Then("embed", this.Batched(options), configure).Build(world.Options(more));
}
