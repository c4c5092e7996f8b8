namespace AgentChain.Tests.Soak.Kinds;

/// <summary>Work that ignores its token until it is let go, so that it outlives its turn however busy the machine is.</summary>
sealed class DeafWork
{
    readonly TaskCompletionSource _letGo = new(TaskCreationOptions.RunContinuationsAsynchronously);
    volatile bool _hasBegun;

    public bool HasBegun => _hasBegun;

    public async Task RunAsync()
    {
        _hasBegun = true;
        await _letGo.Task;
    }

    /// <summary>Holds the thread as well.</summary>
    public void Run()
    {
        _hasBegun = true;
        _letGo.Task.Wait();
    }

    public void LetGo() => _letGo.TrySetResult();
}
