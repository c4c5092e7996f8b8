namespace AgentChain.Flow.Speculative;

/// <summary>What is left to do once a ledger's lock is given back: firing tokens and calling hooks run anybody's code.</summary>
struct Aftermath
{
    List<object>? _left;

    public void Cancel(CancellationTokenSource source) => (_left ??= []).Add(source);

    public void Do(Action action) => (_left ??= []).Add(action);

    public readonly void Run()
    {
        foreach (object left in _left ?? [])
        {
            if (left is CancellationTokenSource source)
            {
                DeadlineWatcher.CancelInPlace(source);
            }
            else
            {
                ((Action)left)();
            }
        }
    }
}
