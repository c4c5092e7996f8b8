namespace AgentChain.Tests.Engine;

/// <summary>The work of stress tests: mostly quick, at times slow, deaf, or broken.</summary>
static class MisbehavingWork
{
    /// <summary>Returns its input.</summary>
    /// <param name="x">The input, which decides what the work does.</param>
    /// <param name="period">After how many inputs the kinds of work repeat.</param>
    /// <param name="deaf">How long deaf work ignores its token.</param>
    /// <param name="token">The token that some of the work observes.</param>
    public static async ValueTask<int> RunAsync(int x, int period, TimeSpan deaf, CancellationToken token)
    {
        switch (x % period)
        {
            case 3:
                await Task.Yield();
                break;
            case 5:
                await Task.Delay(2.Milliseconds(), TimeProvider.System, token);
                break;
            case 7:
                await Task.Delay(deaf, TimeProvider.System, CancellationToken.None);
                break;
            case 11 when x % 3 == 0:
                throw new InvalidDataException();
            case 12 when x % 3 == 0:
                await Task.Yield();
                throw new OperationCanceledException();
        }

        return x;
    }
}
