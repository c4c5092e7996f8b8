using System.Runtime.CompilerServices;

namespace AgentChain.Polly.Tests;

/// <summary>A streaming block whose attempts a test writes, and that counts the streams that are open.</summary>
sealed class FlakyStream(Func<int, BlockContext, CancellationToken, IAsyncEnumerable<string>> attempt) : IStreamBlock<string, string>
{
    int _attempts;

    public int Attempts => Volatile.Read(ref _attempts);

    public int Open { get; private set; }

    public IAsyncEnumerable<string> InvokeAsync(string input, BlockContext context, CancellationToken cancellationToken)
    {
        IAsyncEnumerable<string>? items = attempt(Interlocked.Increment(ref _attempts), context, cancellationToken);
        return items is null ? null! : CountedAsync(items, cancellationToken);
    }

    async IAsyncEnumerable<string> CountedAsync(IAsyncEnumerable<string> items, [EnumeratorCancellation] CancellationToken token)
    {
        Open++;
        try
        {
            await foreach (string item in items.WithCancellation(token))
            {
                yield return item;
            }
        }
        finally
        {
            Open--;
        }
    }
}
