namespace AgentChain.Blocks.Hedging;

/// <summary>Waits for two attempts of one call. The waits stay on the chain's scheduler.</summary>
static class HedgeRace
{
    /// <summary>The name of the second attempt in reports.</summary>
    public const string Name = "hedge";

    /// <summary>Returns whether an attempt takes longer than usual; false if it has ended, or the call was canceled.</summary>
    public static async ValueTask<bool> IsSlowAsync(Task first, TimeSpan after, BlockContext context, CancellationToken cancellationToken)
    {
        if (first.IsCompleted)
        {
            return false;
        }

        using var wait = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task delay = Task.Delay(after, context.Time, wait.Token);
        bool isSlow = await Task.WhenAny(first, delay) == delay && delay.IsCompletedSuccessfully;
        if (!isSlow)
        {
            // Only the delay's own registration is here: no host code runs.
            wait.Cancel();
        }

        return isSlow && !first.IsCompleted;
    }

    /// <summary>Returns the attempt that succeeds first; if both fail, the first one.</summary>
    public static async ValueTask<Task<T>> WinnerAsync<T>(Task<T> first, Task<T> second)
    {
        Task<T> one = await Task.WhenAny(first, second);
        if (one.IsCompletedSuccessfully)
        {
            return one;
        }

        Task<T> other = one == first ? second : first;
        await Task.WhenAny(other);
        return other.IsCompletedSuccessfully ? other : first;
    }

    /// <summary>Returns how the second attempt ended.</summary>
    public static InnerStatus StatusOf(Task second, bool won) =>
        won && second.IsCompletedSuccessfully ? InnerStatus.Completed : second.IsFaulted ? InnerStatus.Failed : InnerStatus.Canceled;

    /// <summary>Reads the exception of an attempt whose result is dropped, so that the runtime does not report it.</summary>
    public static void Observe(Task attempt) => _ = attempt.ContinueWith(
        static ended => _ = ended.Exception, CancellationToken.None,
        TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
}
