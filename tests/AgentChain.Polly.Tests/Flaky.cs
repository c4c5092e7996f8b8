namespace AgentChain.Polly.Tests;

/// <summary>A block whose attempts a test writes: the number of the attempt decides.</summary>
sealed class Flaky(Func<int, BlockContext, CancellationToken, ValueTask<string>> attempt) : IBlock<string, string>
{
    int _attempts;

    public int Attempts => Volatile.Read(ref _attempts);

    public List<string> Inputs { get; } = [];

    public ValueTask<string> InvokeAsync(string input, BlockContext context, CancellationToken cancellationToken)
    {
        Inputs.Add(input);
        return attempt(Interlocked.Increment(ref _attempts), context, cancellationToken);
    }
}
