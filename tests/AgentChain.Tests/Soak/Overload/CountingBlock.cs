namespace AgentChain.Tests.Soak.Overload;

/// <summary>Adds 1, after a time or after another block, and counts how many of its runs there are at once.</summary>
sealed class CountingBlock(TimeProvider time) : IBlock<int, int>
{
    int _inside;
    int _most;

    public IBlock<int, int>? Inner { get; init; }

    public int Inside => Volatile.Read(ref _inside);

    public int Most => Volatile.Read(ref _most);

    public async ValueTask<int> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken)
    {
        int inside = Interlocked.Increment(ref _inside);
        for (int most = Most; inside > most && Interlocked.CompareExchange(ref _most, inside, most) != most; most = Most)
        {
        }

        try
        {
            if (Inner is not null)
            {
                return await Inner.InvokeAsync(input, context, cancellationToken);
            }

            await Task.Delay(2.Milliseconds(), time, cancellationToken);
            return input + 1;
        }
        finally
        {
            Interlocked.Decrement(ref _inside);
        }
    }
}
