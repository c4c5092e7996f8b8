namespace AgentChain.Engine.Deadlines;

/// <summary>
/// The ends that one batch of deadlines causes. What they do in common, they do once for all:
/// <code>
///   Begin ── first part ── first part ── ... ──(1) common work ──(2) second part ── second part ── ... ── End
///                                                                                          later ──(3) tokens fire
/// </code>
/// Each end of its own would search every queue for its values (1), and wake threads that then compete with the ends that remain (3).
/// </summary>
/// <param name="common">The work (1).</param>
sealed class DeadlineBatch(Action common)
{
    readonly List<IFinishes> _ended = [];
    readonly List<CancellationTokenSource> _tokens = [];

    /// <summary>The thread that fires the batch; 0 if there is none.</summary>
    int _thread;

    /// <summary>The tokens that no thread was given yet.</summary>
    public List<CancellationTokenSource> Tokens => _tokens;

    bool IsHere => Volatile.Read(ref _thread) is var thread and not 0 && thread == Environment.CurrentManagedThreadId;

    public void Begin() => Volatile.Write(ref _thread, Environment.CurrentManagedThreadId);

    /// <summary>Adds an end whose second part waits for the batch; false if the caller does not belong to one and continues itself.</summary>
    public bool TryAdd(IFinishes ended)
    {
        if (!IsHere)
        {
            return false;
        }

        _ended.Add(ended);
        return true;
    }

    /// <summary>Adds a token that fires after the batch; false if the caller does not belong to one.</summary>
    public bool TryAdd(CancellationTokenSource source)
    {
        if (!IsHere)
        {
            return false;
        }

        _tokens.Add(source);
        return true;
    }

    public void End() => Volatile.Write(ref _thread, 0);

    /// <summary>(1), (2), if enough ends wait for it.</summary>
    public void Finish(int atLeast)
    {
        if (_ended.Count < atLeast)
        {
            return;
        }

        common();

        // A second part can end another turn, whose second part then is the last of the list.
        for (int i = 0; i < _ended.Count; i++)
        {
            _ended[i].Finish();
        }

        _ended.Clear();
    }
}
