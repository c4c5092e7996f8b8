using AgentChain.Engine.Primitives;

namespace AgentChain.Engine.Nodes;

/// <summary>
/// The continuation of a run, reused by later runs. An awaitable that calls it again after its run has ended can reach another run; that
/// run continues only if its own awaitable has completed, so a stray call never ends a run early.
/// </summary>
sealed class Resumption<TIn, TOut>
{
    readonly Pool<Resumption<TIn, TOut>> _pool;
    AsyncRun<TIn, TOut>? _run;

    public Resumption(Pool<Resumption<TIn, TOut>> pool) => (_pool, Resume) = (pool, ResumeRun);

    public Action Resume { get; }

    public void Await(AsyncRun<TIn, TOut> run) => Volatile.Write(ref _run, run);

    /// <summary>Detaches the run, once, and returns the resumption to its pool.</summary>
    public bool TryTake(AsyncRun<TIn, TOut> run)
    {
        if (!ReferenceEquals(Interlocked.CompareExchange(ref _run, null, run), run))
        {
            return false;
        }

        _pool.Return(this);
        return true;
    }

    void ResumeRun()
    {
        if (Volatile.Read(ref _run) is { } run && run.HasReturned(out Exception? broken) && TryTake(run))
        {
            run.Returned(broken);
        }
    }
}
