using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Speculation;

/// <summary>
/// The actions that run when the lock of a turn's speculation is released: they cancel tokens and call hooks, which run host code.
/// </summary>
struct DeferredActions
{
    List<object>? _actions;

    /// <summary>Cancels a source on the watcher's cancellation threads, so that its callbacks do not hold up the chain.</summary>
    public void Cancel(CancellationTokenSource source) => (_actions ??= []).Add(source);

    public void Do(Action action) => (_actions ??= []).Add(action);

    public readonly void Run(TurnCore turn)
    {
        foreach (object action in _actions ?? [])
        {
            if (action is CancellationTokenSource source)
            {
                turn.Runtime.Watcher.Cancel(source);
            }
            else
            {
                ((Action)action)();
            }
        }
    }
}
