using AgentChain.Engine.Deadlines;

namespace AgentChain.Engine.Speculation;

/// <summary>What is left to do once a ledger's lock is given back: firing tokens and calling hooks run anybody's code.</summary>
struct DeferredActions
{
    List<(object What, DeadlineWatcher? Watcher)>? _left;

    /// <summary>Fires a token on the watcher's cancellation threads: its callbacks must not hold up the flow.</summary>
    public void Cancel(CancellationTokenSource source, DeadlineWatcher watcher) => (_left ??= []).Add((source, watcher));

    public void Do(Action action) => (_left ??= []).Add((action, null));

    public readonly void Run()
    {
        foreach ((object what, DeadlineWatcher? watcher) in _left ?? [])
        {
            if (watcher is not null)
            {
                watcher.Cancel((CancellationTokenSource)what);
            }
            else
            {
                ((Action)what)();
            }
        }
    }
}
